"""Parquet files, read as the JSON text of one row after the other; needs the extra `parquet`."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
from pyarrow import types
from pyarrow.parquet import ParquetFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal
    from pathlib import Path

    Conversion = Callable[[Any], Any]

PAGE_BUFFER = 1024 * 1024
BATCH_BYTES = 1024 * 1024
BATCH_ROWS = 500

# It gives back what is free: over a large file the peak is 45 MB lower than with Arrow's own.
pa.set_memory_pool(pa.system_memory_pool())

DAMAGED = "it is no Parquet file, or not a whole one"
_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")


class ParquetUnreadable(ValueError):
    """A file cannot be read as Parquet; the text says what is wrong."""


def read(path: Path) -> Iterator[bytes]:
    """Yield each row as one line of JSON, some hundred rows in memory at a time."""
    try:
        # Pages are read as they are needed: a row group may be larger than the memory.
        with ParquetFile(
            path,
            pre_buffer=False,
            buffer_size=PAGE_BUFFER,
            coerce_int96_timestamp_unit="us",
        ) as file:
            yield from _rows(file)
    except UnicodeDecodeError:
        raise ParquetUnreadable("it holds text that is not UTF-8") from None
    except pa.ArrowNotImplementedError:
        raise ParquetUnreadable("it has a kind of column or compression that is not read") from None
    except pa.ArrowException:
        raise ParquetUnreadable(DAMAGED) from None


def _rows(file: ParquetFile) -> Iterator[bytes]:
    schema = file.schema_arrow
    plain = pa.schema([(field.name, _plain(field.type)) for field in schema])
    conversions = {field.name: _conversion(field.type) for field in schema}
    to_convert = {name: convert for name, convert in conversions.items() if convert}
    for batch in file.iter_batches(_batch_rows(file), use_threads=False):
        for row in batch.cast(plain).to_pylist():
            for name, convert in to_convert.items():
                row[name] = _unless_null(convert, row[name])
            yield msgspec.json.encode(row)


def _batch_rows(file: ParquetFile) -> int:
    """Return how many rows fill a batch, by the row group whose rows are the largest."""
    found = file.metadata
    groups = [found.row_group(index) for index in range(found.num_row_groups)]
    widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    return max(1, min(BATCH_ROWS, BATCH_BYTES // max(widest, 1)))


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type that Arrow casts to: times become text, which holds each of them exactly."""
    if types.is_temporal(kind) or types.is_float32(kind):
        return pa.string()
    if types.is_struct(kind):
        return pa.struct([(field.name, _plain(field.type)) for field in kind])
    if types.is_map(kind):
        return pa.map_(_plain(kind.key_type), _plain(kind.item_type))
    return pa.list_(_plain(kind.value_type)) if _is_list(kind) else kind


def _conversion(kind: pa.DataType) -> Conversion | None:
    """Return what makes JSON of a value of a type, or None where JSON has it as it is."""
    if types.is_dictionary(kind):
        return _conversion(kind.value_type)
    for belongs, convert in _SCALARS.items():
        if belongs(kind):
            return convert
    if types.is_struct(kind):
        return _struct({field.name: _conversion(field.type) for field in kind})
    if types.is_map(kind):
        return _map(_conversion(kind.key_type), _conversion(kind.item_type))
    return _list(_conversion(kind.value_type)) if _is_list(kind) else None


def _time(text: str) -> str:
    return _ZONE.sub(r"\1:\2", text.replace(" ", "T", 1))


def _number(value: Decimal) -> msgspec.Raw:
    """Write every digit; whole numbers without a fraction, since ids come as decimals too."""
    text = f"{value:f}"
    return msgspec.Raw((text.rstrip("0").rstrip(".") if "." in text else text).encode())


def _text(value: bytes) -> str | dict[str, str]:
    """Return text, or what no field takes for text: a record that needs it is rejected by name."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _is_list(kind: pa.DataType) -> bool:
    of_lists = (types.is_list, types.is_large_list, types.is_fixed_size_list)
    return any(belongs(kind) for belongs in of_lists)


def _is_binary(kind: pa.DataType) -> bool:
    of_bytes = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary)
    return any(belongs(kind) for belongs in of_bytes)


_SCALARS: dict[Callable[[pa.DataType], bool], Conversion] = {
    types.is_timestamp: _time,
    types.is_decimal: _number,
    # As text a float of 32 bits is 10.1; widened to 64 it would be 10.100000381469727.
    types.is_float32: float,
    _is_binary: _text,
}


def _unless_null(convert: Conversion | None, value: Any) -> Any:
    return value if value is None or convert is None else convert(value)


def _struct(conversions: dict[str, Conversion | None]) -> Conversion | None:
    to_convert = {name: convert for name, convert in conversions.items() if convert}

    def convert_all(value: dict[str, Any]) -> dict[str, Any]:
        changed = {name: _unless_null(each, value[name]) for name, each in to_convert.items()}
        return {**value, **changed}

    return convert_all if to_convert else None


def _list(convert: Conversion | None) -> Conversion | None:
    return (lambda value: [_unless_null(convert, one) for one in value]) if convert else None


def _map(of_key: Conversion | None, of_value: Conversion | None) -> Conversion:
    def convert(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
        return {
            _name(_unless_null(of_key, key)): _unless_null(of_value, value) for key, value in pairs
        }

    return convert


def _name(key: Any) -> str:
    return key if isinstance(key, str) else msgspec.json.encode(key).decode()
