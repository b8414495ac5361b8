"""The slots of nodes as C functions: a loop over one holds no Python code, so nothing can come between two steps."""

from typing import Any

from ..node import Node

__all__ = ["get_data", "get_grad", "get_tick", "set_data", "set_grad", "set_tick"]

get_data: Any = Node._data.__get__  # type: ignore[attr-defined,misc]
set_data: Any = Node._data.__set__  # type: ignore[attr-defined,misc]
get_grad: Any = Node._grad.__get__  # type: ignore[attr-defined,misc]
set_grad: Any = Node._grad.__set__  # type: ignore[attr-defined,misc]
get_tick: Any = Node._tick.__get__  # type: ignore[attr-defined,misc]
set_tick: Any = Node._tick.__set__  # type: ignore[attr-defined,misc]
