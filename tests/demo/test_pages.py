"""Pages of the demonstration."""

from tests.arrange import Client


async def test_the_gallery_has_an_address(client: Client):
    shown = await client.get("/demo/bo-thanh-phan")
    assert shown.status_code == 200
    assert "<style" not in shown.text


async def test_accounts_show_the_codes_of_their_second_factors(client: Client):
    shown = await client.get("/demo/")
    assert shown.status_code == 200
    for login in ("tiepdon", "bacsi", "dieuduong", "thukho", "tramtruong", "huyen", "tinh", "quocgia"):
        assert login in shown.text
