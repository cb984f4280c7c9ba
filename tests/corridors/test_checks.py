"""Checks of networks: a sound one has no fault; each slip of the pen is named with its next step."""

from __future__ import annotations

import pytest

from sarai.corridors import Network, NetworkFaulty, load
from sarai.corridors.checks import ROWS, TOGETHER, check, demand_sound
from sarai.corridors.loading import read
from sarai.goods import BadSetting, NotInNetwork

SOUND = {
    "sources": "code,title,address,kind\ns,A report,https://example.org/report,published\nx,Guess,,assumed\n",
    "places": (
        "code,name,country,kind,latitude_deg,longitude_deg,source\n"
        "CNURM,Urumqi,CN,city,43.8,87.6,s\nKZDOS,Dostyk,KZ,post,45.25,82.48,s\n"
        "KZALA,Almaty,KZ,city,43.25,76.95,s\nKZAAU,Aktau,KZ,port,43.6,51.2,s\nAZALT,Alat,AZ,port,39.97,49.41,s\n"
    ),
    "legs": (
        "code,start,end,mode,gauge_mm,distance_km,distance_km_low,distance_km_high,via,source\n"
        "U-D,CNURM,KZDOS,rail,1435,480,470,490,,s\nD-A,KZDOS,KZALA,rail,1520,840,,,,s\n"
        "A-K,KZALA,KZAAU,rail,1520,3000,,,,s\nK-B,KZAAU,AZALT,sea,0,470,,,43.3 50.5; 41.0 50.6,s\n"
    ),
    "services": (
        "code,name,legs,per_week,days,form,units,source\nfeeder,Feeder,K-B,2,Mon Thu,container,300,s\n"
    ),
    "paces": "mode,speed_kmh,speed_kmh_low,speed_kmh_high,source\nrail,40,30,50,s\nsea,20,,,s\n",
    "tariffs": "mode,form,usd_per_km,source\nrail,container,0.7,s\nsea,container,0.9,s\n",
    "handlings": (
        "place,kind,start,end,form,hours,source\nKZDOS,,rail-1435,rail-1520,*,20,s\n,port,rail-1520,sea,*,30,s\n"
    ),
    "borders": "start,end,mode,hours,source\n*,*,rail,30,s\n",
    "limits": "code,name,on,capacity,unit,source\nport,Aktau,place:KZAAU,100000,teu,s\n",
    "closures": "on,months,share,mean_h,source\nplace:KZAAU,11 12,0.3,24,s\n",
    "goods": "code,name,form,t_per_unit,source\nbox,Boxes,container,10,s\n",
    "demands": "good,start,end,t,source\nbox,CNURM,AZALT,50000,s\n",
    "emissions": "mode,g_per_tkm,source\nrail,22,s\nsea,10,s\n",
    "exposures": "country,risk,source\nKZ,0.4,s\n",
    "projects": "code,name,cost_musd,does,source,after\nhub,Hub,40,widen limit:port +50000,x,\n",
}  # fmt: skip


def network(**tables: str) -> Network:
    return read({name: [(f"{name}.csv", text)] for name, text in (SOUND | tables).items()})


def slip(table: str, old: str, new: str) -> Network:
    assert old in SOUND[table]
    return network(**{table: SOUND[table].replace(old, new, 1)})


def test_a_sound_network_has_no_fault():
    assert [str(fault) for fault in check(network())] == []


SLIPS = [
    (
        "sources",
        "https://example.org/report",
        "",
        "sources s: address ''",
        "give the address, or call it assumed",
    ),
    (
        "places",
        "KZALA,Almaty,KZ,city,43.25",
        "KZALA,Almaty,KZ,city,143.25",
        "latitude_deg '143.25'",
        "no latitude",
    ),
    ("places", "Almaty,KZ", "Almaty,Q9", "places KZALA: country 'Q9'", "leave it empty at sea"),
    ("places", "Almaty,KZ,city", "Almaty,KZ,town", "places KZALA: kind 'town'", "take city, station"),
    ("places", "49.41,s", "49.41,other", "places AZALT: source 'other'", "add its row there"),
    ("legs", "U-D,CNURM,KZDOS", "U-D,CNURM,KZXXX", "legs U-D: end 'KZXXX'", "not in places.csv"),
    ("legs", "U-D,CNURM,KZDOS", "U-D,KZDOS,KZDOS", "legs U-D: end 'KZDOS'", "joins two places"),
    (
        "legs",
        "480,470,490",
        "480,490,500",
        "distance_km '480' lies outside its range 490.0 to 500.0",
        "in order",
    ),
    ("legs", "480,470,490", "-480,,", "legs U-D: distance_km '-480'", "must be above zero"),
    ("legs", "480,470,490", "250,,", "legs U-D: distance_km '250' is shorter than the", "km straight"),
    (
        "legs",
        "480,470,490",
        "4800,,",
        "legs U-D: distance_km '4800' is far longer",
        "mend it, or give via points",
    ),
    ("legs", "rail,1435", "rail,1345", "legs U-D: gauge_mm '1345'", "rails have 1435 or 1520"),
    ("legs", "sea,0", "sea,1520", "legs K-B: gauge_mm '1520'", "other modes none"),
    (
        "legs",
        "K-B,KZAAU,AZALT,sea",
        "K-B,KZAAU,AZALT,barge",
        "legs K-B: mode 'barge'",
        "take rail, road, sea",
    ),
    (
        "legs",
        "D-A,KZDOS,KZALA,rail,1520",
        "D-A,KZDOS,KZALA,rail,1668",
        "1668",
        "nothing takes goods over there",
    ),
    ("legs", "43.3 50.5; 41.0 50.6", "45.0 57.0; 42.0 58.0", "legs K-B: via", "km over land"),
    ("services", "K-B,2", "K-B,0", "services feeder: per_week '0'", "must be above zero"),
    ("services", "K-B,2", "K-Z,2", "services feeder: legs 'K-Z'", "is no leg"),
    (
        "services",
        "K-B,2",
        "A-K K-B,2",
        "services feeder: legs 'K-B' is sea, the leg before it rail-1520",
        "end",
    ),
    ("services", "Mon Thu", "Mo Thu", "services feeder: days 'Mo'", "take Mon, Tue"),
    ("paces", "sea,20,,,s\n", "", "legs K-B: mode 'sea' has no speed for container", "paces.csv"),
    (
        "tariffs",
        "sea,container,0.9,s\n",
        "",
        "legs K-B: mode 'sea' has no price for container",
        "tariffs.csv",
    ),
    ("emissions", "sea,10,s\n", "", "legs K-B: mode 'sea' has no emissions for container", "emissions.csv"),
    (
        "tariffs",
        "rail,container,0.7",
        "rail,container,-0.7",
        "tariffs rail container: usd_per_km '-0.7'",
        "negative",
    ),
    (
        "handlings",
        "KZDOS,,rail-1435",
        "KZDOS,,rail-1667",
        "start 'rail-1667' is carried nowhere",
        "rail-1435",
    ),
    ("handlings", "KZDOS,,rail-1435", "KZXXX,,rail-1435", "place 'KZXXX'", "is no place"),
    ("handlings", "KZDOS,,rail-1435", "KZDOS,post,rail-1435", "kind 'post'", "must stand alone"),
    (
        "borders",
        "*,*,rail,30,s\n",
        "",
        "legs U-D: mode 'rail' crosses from CN into KZ in no time",
        "borders.csv",
    ),
    ("limits", "100000,teu", "-1,teu", "limits port: capacity '-1'", "give 0 or more"),
    ("limits", "100000,teu", "100000,boxes", "limits port: unit 'boxes'", "take t, teu, train"),
    ("limits", "place:KZAAU", "place:KZXXX", "limits port: on 'place:KZXXX'", "names no place"),
    ("limits", "place:KZAAU", "harbour:KZAAU", "on 'harbour:KZAAU' is no selector", "leg:CODE, place:CODE"),
    ("closures", "11 12,0.3", "11 13,0.3", "closures place:KZAAU: months '13'", "take 1, 2"),
    ("closures", "11 12,0.3", "11 12,30", "share '30' is no share", "a half as 0.5"),
    ("goods", "container,10", "container,0", "goods box: t_per_unit '0'", "must be above zero"),
    ("demands", "box,CNURM", "bax,CNURM", "good 'bax'", "not in goods.csv"),
    ("demands", "CNURM,AZALT,50000", "CNURM,AZALT,-5", "t '-5'", "give 0 or more"),
    ("exposures", "KZ,0.4", "KZ,4", "exposures KZ: risk '4'", "no share"),
    ("projects", "limit:port", "limit:prot", "projects hub: does", "cannot be done"),
    ("projects", "x,\n", "x,hub\n", "projects hub: after 'hub'", "break the circle"),
    ("projects", "x,\n", "x,first\n", "projects hub: after 'first'", "no project"),
]


@pytest.mark.parametrize(("table", "old", "new", "named", "step"), SLIPS, ids=lambda text: text[:18])
def test_a_slip_of_the_pen_is_named(table, old, new, named, step):
    told = [str(fault) for fault in check(slip(table, old, new))]
    assert any(named in each and step in each for each in told), told


def test_a_demand_that_nothing_can_carry_is_named():
    """Without the crane between rails and ships there is no way to Alat, though every leg is there."""
    told = [str(fault) for fault in check(slip("handlings", ",port,rail-1520,sea,*,30,s\n", ""))]
    assert len(told) == 1 and "has no way from Urumqi to Alat" in told[0]


def test_what_is_not_joined_is_named():
    lonely = SOUND["places"] + "ISREY,Reykjavik,IS,port,64.1,-21.9,s\n"
    (fault,) = check(network(places=lonely))
    assert str(fault).startswith("places ISREY: is not joined to the rest")


def test_all_faults_are_told_at_once():
    bad = network(
        limits=SOUND["limits"].replace("100000", "-1"), goods=SOUND["goods"].replace("10,s", "0,s"),
        places=SOUND["places"].replace("Almaty,KZ", "Almaty,Q9"),
    )  # fmt: skip
    with pytest.raises(NetworkFaulty) as raised:
        demand_sound(bad)
    assert {fault.table for fault in raised.value.faults} == {"limits", "goods", "places"}


def test_every_check_is_run():
    """What the package defines as a check stands in one of its two lists."""
    from sarai.corridors.checks import figures, named, ways

    defined = {
        name for module in (figures, named, ways) for name in vars(module) if name.startswith("check_")
    }
    assert defined == {each.__name__ for each in (*ROWS, *TOGETHER)}


# -- reading -------------------------------------------------------------------------------------


def test_rows_that_cannot_be_read_are_told_with_file_line_and_column():
    text = "code,start,end,mode,gauge_mm,distance_km,source\n# a comment\na,X,Y,rail,wide,480,s\nb,X,Y,rail\n"
    with pytest.raises(NetworkFaulty) as raised:
        read({"legs": [("my/legs.csv", text)], "goods": [("my/goods.csv", "code,nome\n")]})
    told = str(raised.value).splitlines()
    assert told[0].startswith("my/legs.csv, line 3: gauge_mm 'wide' expected `int`")
    assert told[1].startswith("my/legs.csv, line 4: has more or fewer fields than the header")
    assert told[2].startswith("my/goods.csv, line 1: has no column source, name, form")


def test_a_row_said_twice_is_told():
    twice = SOUND["legs"] + "U-D,CNURM,KZDOS,rail,1435,500,,,,s\n"
    with pytest.raises(NetworkFaulty, match="line 6: says again what line 2 says"):
        network(legs=twice)


def test_a_later_folder_takes_the_place_of_an_earlier_one(tmp_path):
    (tmp_path / "paces.csv").write_text("mode,speed_kmh,source\nsea,30,s\n")
    changed = load([tmp_path], network())
    assert {pace.mode: pace.speed_kmh for pace in changed.paces} == {"rail": 40.0, "sea": 30.0}
    assert len(changed.legs) == 4


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(BadSetting, match=r"has no table of a network; it takes files like legs\.csv"):
        load([tmp_path])


def test_an_unknown_place_is_told_with_what_is_near():
    with pytest.raises(NotInNetwork, match="place 'Almati' is not in the network; did you mean Almaty"):
        network().place("Almati")
    assert network().place("almaty").code == network().place("kzala").code == "KZALA"


def test_norway_is_no_answer_to_a_question():
    """NO is a country where a country stands, and a no where yes or no is asked."""
    read_so = network(
        places="code,name,country,kind,latitude_deg,longitude_deg,source\n"
        "NOOSL,Oslo,NO,city,59.9,10.7,s\nNOHAL,Halden,NO,city,59.1,11.4,s\n",
        legs="code,start,end,mode,distance_km,both,source\nO-H,NOOSL,NOHAL,road,120,No,s\n",
    )
    assert {each.country for each in read_so.places} == {"NO"}
    assert [each.both for each in read_so.legs] == [False]
