"""What a module takes from outside, as full dotted names: `nacl.bindings.crypto_sign_open`.

import-linter sees modules only; a cipher and a signature check may live in the same one.
"""

import ast
from dataclasses import dataclass, field

OWN = "meldpunt"


@dataclass
class OutsideNames(ast.NodeVisitor):
    """Collects the names; a module used as a value counts as itself, since all of it may be meant.

    Wrong by design in one direction only: a local variable with an import's name is taken for the
    import.
    """

    bound: dict[str, str] = field(default_factory=dict)
    """Local name → what it stands for."""
    used: set[str] = field(default_factory=set)

    def visit_Import(self, node: ast.Import) -> None:
        """Bind `import a.b` as a, `import a.b as c` as c."""
        for alias in node.names:
            root = alias.name.partition(".")[0]
            if root == OWN:
                continue
            if alias.asname is None:
                self.bound[root] = root
            else:
                self.bound[alias.asname] = alias.name
            self.used.add(f"{alias.name}.")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind `from a.b import c`; c may be a module, so what it is used for is collected too."""
        module = node.module or ""
        if node.level or module.partition(".")[0] == OWN:
            return
        for alias in node.names:
            name = f"{module}.{alias.name}"
            if alias.name == "*":
                self.used.add(name)
            self.bound[alias.asname or alias.name] = name
            self.used.add(f"{name}.")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Follow a.b.c to the import that bound a."""
        if (name := self._resolve(node)) is not None:
            self.used.add(name)
        else:
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """A bare name: an import used as a value, a builtin or a local name."""
        if isinstance(node.ctx, ast.Load):
            self.used.add(self.bound.get(node.id, f"here.{node.id}"))

    def _resolve(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Attribute):
            parent = self._resolve(node.value)
            return None if parent is None else f"{parent}.{node.attr}"
        if isinstance(node, ast.Name):
            return self.bound.get(node.id)
        return None


def outside_names(source: str) -> set[str]:
    """Return the names that `source` takes from outside the package.

    A name with a dot at its end was imported; one without was used. Builtins and
    local names are `here.…`.
    """
    visitor = OutsideNames()
    tree = ast.parse(source)
    for node in ast.walk(tree):  # imports first: a function may use what stands below it
        if isinstance(node, ast.Import | ast.ImportFrom):
            visitor.visit(node)
    visitor.visit(tree)
    return visitor.used
