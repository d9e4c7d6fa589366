"""The made-up county: its areas, their shapes, their people and their deprivation.

Nothing here depends on the seed of the deliveries: the map is the same whatever is drawn on it.
"""

import json
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon

from pipeline.synthetic.calibration import figure
from pipeline.synthetic.draws import Floats, Integers
from pipeline.synthetic.tables import csv_bytes, words

FORCE = "X23000001"
VRU_NAME = "Exampleshire"
REGION = ("X12000001", "Example Region")
COUNTRY = ("X92000001", "Example Country")
DISTRICTS = (
    ("X06000001", "Port Example"),
    ("X06000002", "Upper Example"),
    ("X06000003", "Example Vale"),
    ("X06000004", "Example Forest"),
    ("X06000005", "Example-on-Sea"),
)
CITY, VALE = 0, 2
# An area of the neighbouring force: our supplier's records placed elsewhere.
ELSEWHERE_DISTRICT = "X06900001"
ELSEWHERE_LSOA = tuple(f"X01900{number:03d}" for number in range(1, 41))
LSOA_PER_MSOA = 5
LSOA_RANKED = 33_755  # small areas ranked in England (2021 boundaries)
MID_YEARS = tuple(range(2018, 2024))
SEXES = ("F", "M")

# Centre (km east and north of 56 N 3 E, in the North Sea), middle-layer areas, spread of the core (km),
# how deprived (standard deviations), and how old: share of people moved from under 40 to over 60.
_DISTRICT_SHAPE = (
    (11.0, 2.0, 17, 3.2, 0.85, -0.10),
    (-15.0, 14.0, 11, 4.2, 0.05, 0.00),
    (-13.0, -11.0, 11, 4.6, -0.35, 0.03),
    (9.0, 18.5, 10, 4.4, -0.25, 0.05),
    (14.0, -17.0, 11, 3.6, 0.02, 0.10),
)
_OUTLINE = (
    (-31, -22), (-33, -8), (-30, 6), (-32, 17), (-26, 25), (-13, 28), (0, 26), (10, 29), (19, 26), (22, 18),
    (17.5, 12), (20, 7.5), (15.5, 4.5), (14, 1.8), (17, -1), (21.5, -4), (23, -11), (26, -17), (21, -22.5),
    (12, -26), (2, -23.5), (-8, -27), (-20, -25),
)  # fmt: skip
_FIRST_COAST_POINT, _LAST_COAST_POINT = 8, 19

# England's people by age (shares of 10,000), as rounded from the mid-year estimates.
AGE_BANDS = (
    "0-4", "5-9", "10-14", "15", "16-17", "18-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49",
    "50-54", "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90+",
)  # fmt: skip
AGE_FROM = np.array([0, 5, 10, 15, 16, 18, 20, *range(25, 91, 5)])
AGE_SHARES = np.array(
    [545, 590, 610, 121, 236, 226, 605, 655, 690, 670, 645, 610, 675, 680, 600, 505, 485, 405, 255, 155, 87],
    float,
)
FEMALE_PER_1000 = (
    487, 488, 488, 487, 487, 486, 488, 495, 504, 506, 505, 504, 505, 506, 509, 515, 521, 528, 550, 588, 662,
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """One entry for each small area, in code order."""

    lsoa_codes: tuple[str, ...]
    lsoa_names: tuple[str, ...]
    msoa_codes: tuple[str, ...]
    msoa_names: tuple[str, ...]
    district: Integers
    deprivation: Floats  # national rank as a share: 0 most deprived, 1 least
    centrality: Floats  # 0 to 1: the shops and bars of each district's centre
    people: Floats  # mid-2021
    age_shares: Floats  # small area by age band
    shapes: tuple[Polygon | MultiPolygon, ...]
    district_shapes: tuple[Polygon | MultiPolygon, ...]


def _rough_outline(random: np.random.Generator) -> Polygon:
    """The county: borders inland, a coast made ragged by moving midpoints."""
    points: list[tuple[float, float]] = [(float(x), float(y)) for x, y in _OUTLINE]
    line: list[tuple[float, float]] = []
    for number, start in enumerate(points):
        end = points[(number + 1) % len(points)]
        coast = _FIRST_COAST_POINT <= number <= _LAST_COAST_POINT
        piece = [start, end]
        for level in range(4 if coast else 2):
            rougher = [piece[0]]
            for (x0, y0), (x1, y1) in pairwise(piece):
                shift = (random.random() - 0.5) * (0.34 if coast else 0.16) * 0.95**level
                rougher += [((x0 + x1) / 2 - (y1 - y0) * shift, (y0 + y1) / 2 + (x1 - x0) * shift), (x1, y1)]
            piece = rougher
        line += piece[:-1]
    return Polygon(line).buffer(0)


def _cells(points: Floats, within: Polygon) -> list[Any]:
    """The part of within nearest to each point, in the order of the points."""
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), extend_to=within.buffer(50)))
    tree = shapely.STRtree(cells)
    found = {int(p): int(c) for p, c in tree.query(shapely.points(points), predicate="within").T}
    return [shapely.intersection(cells[found[number]], within) for number in range(len(points))]


def _msoa_points(random: np.random.Generator, land: Polygon) -> tuple[Floats, Integers]:
    """Centres of the middle-layer areas, dense in each district's core, and the district of each."""
    centres = np.array([(x, y) for x, y, *_ in _DISTRICT_SHAPE])
    points: list[tuple[float, float]] = []
    districts: list[int] = []
    inner = land.buffer(-0.7)
    for district, (x, y, count, spread, *_) in enumerate(_DISTRICT_SHAPE):
        placed = 0
        while placed < count:
            core = placed < count * 0.6
            if core:
                near_x, near_y = x + spread * random.normal() * 0.8, y + spread * random.normal() * 0.8
            else:
                near_x, near_y = x + 30 * (random.random() - 0.5), y + 30 * (random.random() - 0.5)
            gap = 1.3 if core else 4.0
            nearest = int(np.argmin(((centres - (near_x, near_y)) ** 2).sum(axis=1)))
            if nearest != district or not inner.contains(Point(near_x, near_y)):
                continue
            if any((px - near_x) ** 2 + (py - near_y) ** 2 < gap**2 for px, py in points):
                continue
            points.append((near_x, near_y))
            districts.append(district)
            placed += 1
    return np.array(points), np.array(districts, dtype=np.int64)


def _split(random: np.random.Generator, area: Polygon) -> list[Any]:
    """The area in five parts of about the same size."""
    left, low, right, high = area.bounds
    tried = random.random((1200, 2)) * (right - left, high - low) + (left, low)
    inside = tried[shapely.contains_xy(area, tried[:, 0], tried[:, 1])]
    centres = inside[:LSOA_PER_MSOA].copy()
    for _ in range(12):
        nearest = ((inside[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        centres = np.array([inside[nearest == part].mean(axis=0) for part in range(LSOA_PER_MSOA)])
    return _cells(centres, area)


def _coverage(shapes: list[Any]) -> list[Any]:
    """The same shapes on a grid of 0.00001 degrees, sharing every vertex, so that unions have no slivers."""
    edges = shapely.unary_union(shapely.boundary(np.array(shapes)), grid_size=1e-5)
    faces = shapely.get_parts(shapely.polygonize([edges]))
    # A sliver between two neighbours lies in neither, or in both: it goes to the one that is nearest.
    nearest = shapely.STRtree(np.array(shapes)).nearest(shapely.point_on_surface(faces))
    return [shapely.normalize(shapely.union_all(faces[nearest == number])) for number in range(len(shapes))]


@cache
def build_places() -> Places:
    """The county, always the same."""
    random = np.random.Generator(np.random.PCG64(5603))
    land = _rough_outline(random)
    points, district_of_msoa = _msoa_points(random, land)
    msoa_shapes = _cells(points, land)
    msoa_count = len(points)
    shapes = _coverage(
        [
            shapely.transform(part, lambda xy: np.round(xy / (62.25, 111.2) + (3.0, 56.0), 5))
            for shape in msoa_shapes
            for part in _split(random, shape)
        ]
    )
    district = np.repeat(district_of_msoa, LSOA_PER_MSOA)
    count = len(shapes)
    spots = np.array([shape.centroid.coords[0] for shape in shapes])
    spots = (spots - (3.0, 56.0)) * (62.25, 111.2)
    centre = np.array([(x, y) for x, y, *_ in _DISTRICT_SHAPE])[district]
    distance = np.sqrt(((spots - centre) ** 2).sum(axis=1))

    # Deprived: the city, the inner ring, and whole estates together (shared by the five of a middle area).
    level = np.array([shape[4] for shape in _DISTRICT_SHAPE])[district]
    estate = np.repeat(random.normal(size=msoa_count), LSOA_PER_MSOA)
    latent = level + 0.6 * estate + 0.45 * random.normal(size=count) - 0.10 * np.minimum(distance, 10)
    order = np.empty(count)
    order[np.argsort(-latent, kind="stable")] = np.arange(count)
    share = (order + 0.5) / count
    deprivation = np.round(share * np.sqrt(np.sqrt(share)), 6)  # power 1.25: more deprived than England

    centrality = np.zeros(count)
    for number, strengths in enumerate(((1.0, 0.8, 0.6, 0.35), (0.30,), (0.25,), (0.22,), (0.55, 0.3))):
        own = np.flatnonzero(district == number)
        nearest = own[np.argsort(distance[own], kind="stable")][: len(strengths)]
        centrality[nearest] = strengths

    weight = np.clip(1 + 0.16 * random.normal(size=count), 0.6, 1.5)
    people = np.round(figure("local_population") * weight / weight.sum())
    older = np.array([shape[5] for shape in _DISTRICT_SHAPE])[district] + 0.02 * random.normal(size=count)
    tilt = np.where(AGE_FROM >= 60, 1.0, np.where(AGE_FROM < 40, -0.55, 0.0))
    ages = AGE_SHARES * np.clip(1 + 4 * older[:, None] * tilt, 0.3, 3)
    ages[:, 5:7] *= 1 + 1.2 * centrality[:, None]  # students near the centre
    ages /= ages.sum(axis=1, keepdims=True)

    names: list[str] = []
    numbers = np.zeros(len(DISTRICTS), dtype=int)
    for own in district_of_msoa:
        numbers[own] += 1
        names.append(f"{DISTRICTS[own][1]} {numbers[own]:03d}")
    district_shapes = tuple(
        shapely.normalize(shapely.union_all([shapes[i] for i in np.flatnonzero(district == d)]))
        for d in range(len(DISTRICTS))
    )
    msoa_of = np.repeat(np.arange(msoa_count), LSOA_PER_MSOA)
    return Places(
        lsoa_codes=tuple(f"X01{number:06d}" for number in range(1, count + 1)),
        lsoa_names=tuple(f"{names[m]}{'ABCDE'[i % LSOA_PER_MSOA]}" for i, m in enumerate(msoa_of)),
        msoa_codes=tuple(f"X02{m + 1:06d}" for m in msoa_of),
        msoa_names=tuple(names[m] for m in msoa_of),
        district=district,
        deprivation=deprivation,
        centrality=centrality,
        people=people,
        age_shares=ages,
        shapes=tuple(shapes),
        district_shapes=district_shapes,
    )


def population_cube(places: Places) -> Integers:
    """People by mid-year, small area, sex and age band."""
    growth = 1 + figure("local_population_growth") * (np.array(MID_YEARS) - 2021)
    by_age = growth[:, None, None] * (places.people[:, None] * places.age_shares)
    female = by_age * (np.array(FEMALE_PER_1000) / 1000)
    # A fixed wobble, so that no year is the exact multiple of another.
    wobble = 1 + 0.015 * (np.random.Generator(np.random.PCG64(77)).random(female.shape) - 0.5)
    cube = np.stack([female * wobble, (by_age - female) * wobble], axis=2)
    return np.maximum(np.rint(cube), 0).astype(np.int64)


def deprivation_columns(places: Places) -> tuple[Integers, Integers]:
    """National rank (1 most deprived) and tenth of each small area."""
    rank = np.ceil(places.deprivation * LSOA_RANKED).astype(np.int64)
    return rank, (rank * 10 - 1) // LSOA_RANKED + 1


def features(shapes: tuple[Any, ...], codes: list[dict[str, str]]) -> bytes:
    """A GeoJSON collection, coordinates with five decimals."""
    features = [
        {"type": "Feature", "properties": code, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape, code in zip(shapes, codes, strict=True)
    ]
    for feature in features:
        feature["geometry"]["coordinates"] = _rounded(feature["geometry"]["coordinates"])
    text = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{text}\n]}}\n'.encode()


def _rounded(numbers: Any) -> Any:
    """The same nested lists, each number with five decimals."""
    if isinstance(numbers, float):
        return round(numbers, 5)
    return [_rounded(number) for number in numbers]


def reference_files(places: Places) -> dict[str, bytes]:
    """The reference deliveries by path."""
    cube = population_cube(places)
    years, areas, sexes, ages = np.meshgrid(*(np.arange(n) for n in cube.shape), indexing="ij")
    rank, decile = deprivation_columns(places)
    # Few very deprived areas, many hardly deprived, as in the published scores.
    score = 0.6 + 78.0 * (1 - places.deprivation) * (1 - places.deprivation)
    district_codes = [DISTRICTS[d][0] for d in places.district]
    count = len(places.lsoa_codes)
    return {
        "reference/population_lsoa21.csv": csv_bytes(
            {
                "mid_year": pa.array(np.array(MID_YEARS)[years.ravel()]),
                "lsoa21_code": words(areas.ravel(), places.lsoa_codes),
                "sex": words(sexes.ravel(), SEXES),
                "age_band": words(ages.ravel(), AGE_BANDS),
                "population": pa.array(cube.ravel()),
            }
        ),
        "reference/lookup_lsoa21_msoa21_lad.csv": csv_bytes(
            {
                "lsoa21_code": pa.array(places.lsoa_codes),
                "lsoa21_name": pa.array(places.lsoa_names),
                "msoa21_code": pa.array(places.msoa_codes),
                "msoa21_name": pa.array(places.msoa_names),
                "lad_code": pa.array(district_codes),
                "lad_name": pa.array([DISTRICTS[d][1] for d in places.district]),
                "vru_code": pa.array([FORCE] * count),
                "vru_name": pa.array([VRU_NAME] * count),
                "region_code": pa.array([REGION[0]] * count),
                "region_name": pa.array([REGION[1]] * count),
            }
        ),
        "reference/deprivation_lsoa21.csv": csv_bytes(
            {
                "lsoa21_code": pa.array(places.lsoa_codes),
                "imd_score": pa.array([f"{value:.3f}" for value in score]),
                "imd_rank": pa.array(rank),
                "imd_decile": pa.array(decile),
            }
        ),
        "reference/boundaries_lsoa21.geojson": features(
            places.shapes,
            [
                {"lsoa21_code": code, "lsoa21_name": name}
                for code, name in zip(places.lsoa_codes, places.lsoa_names, strict=True)
            ],
        ),
        "reference/boundaries_lad.geojson": features(
            places.district_shapes, [{"lad_code": code, "lad_name": name} for code, name in DISTRICTS]
        ),
    }


def gradient(places: Places, ratio: float) -> npt.NDArray[np.float64]:
    """A relative rate by deprivation: the most deprived tenth of England stands at ratio times the least."""
    return np.exp(np.log(ratio) * (0.5 - places.deprivation) / 0.9)
