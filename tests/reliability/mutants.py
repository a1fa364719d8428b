"""Small changes to a module's code, each of which some test of it should notice."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNTOUCHED = {
    ast.FunctionDef: ("returns", "decorator_list", "args"),
    ast.AsyncFunctionDef: ("returns", "decorator_list", "args"),
    ast.ClassDef: ("bases", "keywords", "decorator_list"),
    ast.AnnAssign: ("annotation", "target"),
    ast.match_case: ("pattern",),
}
"""Annotations, decorators and patterns: they say what is, not what is done."""
DROPPED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Continue, ast.Break)
LARGE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module, ast.arguments)


@dataclass(frozen=True)
class Mutant:
    """A changed module; `name` tells what was changed, and stays the same when lines move."""

    name: str
    code: CodeType


@dataclass
class _Place:
    """Where a node is: in its parent, in the function or class `scope`."""

    node: ast.AST
    parent: ast.AST
    scope: str
    put: Callable[[ast.AST], None]


def mutants(source: str, path: str) -> Iterator[Mutant]:
    """Yield the mutants of a module."""
    tree = ast.parse(source)
    names = Counter[str]()
    for place in list(_places(tree, "")):
        for other in _others(place.node, in_function=bool(place.scope)):
            before = _text(place)
            place.put(other)
            code = compile(ast.fix_missing_locations(tree), path, "exec")
            after = _text(replace(place, node=other))
            place.put(place.node)
            change = f"`{before}` becomes `{after}`" if after else f"without `{before}`"
            name = f"{place.scope or 'module'}: {change}"
            names[name] += 1
            yield Mutant(name if names[name] == 1 else f"{name} ({names[name]})", code)


def _text(place: _Place) -> str:
    """Return the code of a node, with what is around it where it would not say enough."""
    match place.node:
        case ast.Pass():
            return ""
        case ast.If(test=test):
            return ast.unparse(test)
        case ast.Constant() if not isinstance(place.parent, LARGE):
            return ast.unparse(place.parent)
    return ast.unparse(place.node)


def _places(node: ast.AST, scope: str) -> Iterator[_Place]:
    """Yield every statement and expression that does something."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        scope = f"{scope}.{node.name}".lstrip(".")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _defaults(node.args, scope)
    for name, value in ast.iter_fields(node):
        if name in UNTOUCHED.get(type(node), ()):
            continue
        if isinstance(value, ast.AST):
            yield from _with_parts(value, node, scope, _setter(node, name))
        elif isinstance(value, list):
            for number, part in enumerate(value):
                if isinstance(part, ast.AST):
                    yield from _with_parts(part, node, scope, _item_setter(value, number))


def _defaults(arguments: ast.arguments, scope: str) -> Iterator[_Place]:
    for values in (arguments.defaults, arguments.kw_defaults):
        for number, value in enumerate(values):
            if value is not None:
                yield from _with_parts(value, arguments, scope, _item_setter(values, number))


def _with_parts(
    node: ast.AST, parent: ast.AST, scope: str, put: Callable[[ast.AST], None]
) -> Iterator[_Place]:
    if _is_no_code(node):
        return
    yield _Place(node, parent, scope, put)
    yield from _places(node, scope)


def _is_no_code(node: ast.AST) -> bool:
    """Tell texts that explain, and what only the type checker reads."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Import() | ast.ImportFrom():
            return True
    return False


def _setter(node: ast.AST, name: str) -> Callable[[ast.AST], None]:
    return lambda other: setattr(node, name, other)


def _item_setter(items: list[Any], number: int) -> Callable[[ast.AST], None]:
    def put(other: ast.AST) -> None:
        items[number] = other

    return put


def _others(node: ast.AST, *, in_function: bool) -> Iterator[ast.AST]:
    """Yield what may stand in a node's place."""
    if isinstance(node, ast.expr):
        yield from _other_expressions(node)
        return
    if isinstance(node, DROPPED) and in_function:
        yield ast.Pass()
    match node:
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Return(value=None):
            yield ast.Pass()
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in OPERATORS:
            yield ast.AugAssign(target, OPERATORS[type(op)](), value)
        case ast.If(test=test, body=body, orelse=orelse) if not _is_told_apart(test):
            yield ast.If(_negated(test), body, orelse)


def _other_expressions(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right):
            yield from (ast.Compare(left, [other()], right) for other in COMPARISONS[type(op)])
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(left=one, op=binary, right=two) if type(binary) in OPERATORS:
            yield ast.BinOp(one, OPERATORS[type(binary)](), two)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=words) if name in SWAPPED:
            yield ast.Call(ast.Name(SWAPPED[name], ast.Load()), args, words)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(_negated(test), body, orelse)
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _other_values(value))


def _other_values(value: object) -> list[bool | float | str]:
    """Return another truth, the numbers beside a number, another word; sentences are left alone."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1]
    if isinstance(value, str) and value.isidentifier():
        return [f"{value}_"]
    return []


def _is_told_apart(test: ast.expr) -> bool:
    """Tell a condition that is changed as an expression already."""
    return isinstance(test, ast.Compare | ast.UnaryOp)


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
