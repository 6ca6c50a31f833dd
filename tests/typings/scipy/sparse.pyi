# Sparse matrices, of any type.

from _typeshed import Incomplete

def __getattr__(name: str) -> Incomplete: ...
