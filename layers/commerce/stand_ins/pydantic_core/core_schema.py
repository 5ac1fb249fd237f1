"""The names that pydantic_core's package offers; schemas are made when the layer is built, not in the functions."""

from typing import Any

CoreConfig = CoreSchema = CoreSchemaType = ErrorType = Any
