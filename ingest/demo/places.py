"""Distribution centres, stores, carriers and suppliers."""

from typing import Any

import numpy as np

from commerce.places.models import Carrier, Location
from commerce.supply.models import Supplier, SupplierItem
from ingest.demo.catalogue import Catalogue
from ingest.demo.columns import Floats, Ids, Ints, Table, from_rows, row_id
from ingest.demo.vocabulary import shop, spot

CENTRES = 2
"""The first places are distribution centres, the others stores."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def count() -> int:
    """How many places there are."""
    return len(shop()["places"])


def positions() -> Floats:
    """Latitude and longitude of every place."""
    found = [spot(place["zip"]) for place in shop()["places"]]
    return np.array([(float(place["lat"]), float(place["long"])) for place in found])


def distances(spots: Floats) -> Floats:
    """Great-circle kilometers from every spot to every place (haversine formula)."""
    a, b = np.radians(spots)[:, None, :], np.radians(positions())[None, :, :]
    half = np.sin((a - b) / 2) ** 2
    inner = half[..., 0] + np.cos(a[..., 0]) * np.cos(b[..., 0]) * half[..., 1]
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(inner)))


def supplier_of(catalogue: Catalogue) -> Ints:
    """The supplier of every variant."""
    by_brand = {brand: n for n, item in enumerate(shop()["suppliers"]) for brand in item["brands"]}
    by_product = np.array([by_brand[product.brand] for product in catalogue.products])
    return by_product[catalogue.product_of]


def lead_days() -> Floats:
    """Mean lead time of every supplier."""
    return np.array([float(item["lead"]) for item in shop()["suppliers"]])


def pack_sizes(catalogue: Catalogue) -> Ints:
    """Units in a carton of every variant: cheap goods come in bigger ones."""
    return np.select([catalogue.base_price < 20, catalogue.base_price < 60], [24, 12], 4)


def terms(catalogue: Catalogue) -> Table:
    """Supplier item rows."""
    packs = pack_sizes(catalogue)
    return Table(SupplierItem, catalogue.size, {
        "supplier_id": Ids("sup", supplier_of(catalogue)), "variant_id": Ids("var", np.arange(catalogue.size)),
        "unit_cost": catalogue.cost, "minimum_quantity": packs * 2, "pack_size": packs,
    })  # fmt: skip


def tables() -> list[Table]:
    """Location, carrier and supplier rows."""
    suppliers = [
        {
            "id": row_id("sup", number), "name": item["name"], "country": item["country"],
            "lead_time_days": float(item["lead"]), "lead_time_deviation": float(item["deviation"]),
        }
        for number, item in enumerate(shop()["suppliers"])
    ]  # fmt: skip
    return [
        from_rows(Location, [_location(number) for number in range(count())]),
        from_rows(Carrier, [dict(carrier) for carrier in shop()["carriers"]]),
        from_rows(Supplier, suppliers),
    ]


def _location(number: int) -> dict[str, Any]:
    place = shop()["places"][number]
    latitude, longitude = positions()[number].tolist()
    hours = {day: place["open"]["weekday"] for day in WEEKDAYS}
    hours |= {day: place["open"][day] for day in ("sat", "sun") if day in place["open"]}
    parts = {name: place[name] for name in ("address1", "city", "state", "zip")}
    return {
        "id": row_id("loc", number), "name": place["name"], "kind": place["kind"],
        "address": {**parts, "address2": "", "country": "US"},
        "latitude": latitude, "longitude": longitude, "timezone": place["timezone"],
        "opening_hours": hours, "daily_capacity": place["capacity"], "active": True,
        "source": "demo", "external_id": f"L{number + 1:02d}",
    }  # fmt: skip
