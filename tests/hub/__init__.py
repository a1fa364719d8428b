"""What a pull request to Meltano Hub needs: `python -m tests.hub` writes docs/hub/ anew."""
