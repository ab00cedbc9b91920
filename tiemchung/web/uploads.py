"""Files that come with a form: read up to a limit, never into memory beyond it."""

from litestar.datastructures import UploadFile

# How much a request with a file may hold before it is cut off: enough that a picture that is too large is told at its field.
LARGEST_UPLOAD_BYTES = 64 * 1024 * 1024
# Where files are sent to; elsewhere the smaller limit of all requests holds.
UPLOAD_PATHS = (
    "/so-suc-khoe/phan-anh/",
    "/so-suc-khoe/tra-cuu-dang-ky/phan-anh",
    "/so-suc-khoe/to-chuc/",
    "/diem-tiem/kho/huy",
)


async def content(sent: UploadFile, most: int) -> bytes:
    """What a file holds, and one byte more than `most` of a larger one, so that its reader sees it is too large."""
    return await sent.read(most + 1)
