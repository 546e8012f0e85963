"""Numbers of rows in addresses: as many digits as every database takes for a number."""

from starlette.convertors import IntegerConvertor, register_url_convertor

ROW = "{number:row}"
"""The part of a path that gives ``path_params["number"]``; more digits lead to no page."""


class _RowNumber(IntegerConvertor):
    regex = "[0-9]{1,9}"


register_url_convertor("row", _RowNumber())
