"""Single-point mutations of a file: each is one small change that some test should notice."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
}


@dataclass(frozen=True)
class Mutation:
    """One change: this text from here to there, in UTF-8 bytes, becomes another.

    `line` is the first of its statement: coverage knows no other.

    `at_import` says that it is run when its file is imported, which belongs to no test.
    """

    path: str
    line: int
    start: int
    end: int
    before: str
    after: str
    at_import: bool

    def apply(self, source: str) -> str:
        """Return the file with the change."""
        data = source.encode()
        return (data[: self.start] + self.after.encode() + data[self.end :]).decode()


def mutations(path: str, source: str) -> list[Mutation]:
    """Return all mutations of a file."""
    starts = [0]
    for text in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(text))
    found = []
    tree = ast.parse(source)
    functions = [
        one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    statements = [one for one in ast.walk(tree) if isinstance(one, ast.stmt)]
    for node, changed in _changes(tree):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        before = source.encode()[start:end].decode()
        after = ast.unparse(changed)
        after = f"({after})" if isinstance(changed, ast.expr) else after
        inside = any(one.lineno < node.lineno and _holds(one, node.lineno) for one in functions)
        line = max(one.lineno for one in statements if _holds(one, node.lineno))
        found.append(Mutation(path, line, start, end, before, after, not inside))
    return found


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """Yield each place that can be changed, and what it becomes."""
    for node in _run(tree):
        yield from _changed_operators(node)
        match node:
            case ast.Constant(value=bool(value)):
                yield node, ast.Constant(not value)
            case ast.Constant(value=int() | float() as value):
                yield node, ast.Constant(value + 1)
            case ast.IfExp():
                yield node, ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
            case ast.Expr(value=ast.Call() | ast.Await()) if not _is_log(node):
                yield node, ast.Pass()
            case ast.Return(value=ast.Constant(value=None)):
                continue  # it would be the same
            case ast.Return(value=ast.expr()):
                yield node, ast.Return(ast.Constant(None))


def _changed_operators(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARISONS:
            other = COMPARISONS[type(operator)]()
            yield node, ast.Compare(node.left, [other], node.comparators)
        case ast.BoolOp():
            yield (
                node,
                ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values),
            )
        case ast.UnaryOp(op=ast.Not()):
            yield node, node.operand
        case ast.BinOp() if type(node.op) in ARITHMETIC and not _is_text(node.left):
            yield node, ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node but those of types, decorators, f-strings and logs."""
    yield tree
    skipped = {"annotation", "returns", "decorator_list"}
    for name, value in ast.iter_fields(tree):
        if name in skipped or isinstance(tree, ast.JoinedStr) or _is_log(tree):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST):
                yield from _run(one)


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or 0)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_log(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
    return False
