"""A small game for tests, all of it made up."""

SMALL = """
name = "small"
note = "assumed"
inspectors = 3
cost = 10.0
least = 0.01
checkpoints = [
  { code = "A", consignments = 40, room = 2, place = "KZHOR" },
  { code = "B", consignments = 20, room = 1 },
]
shifts = [{ code = "day" }, { code = "night", traffic = 0.5 }]
typologies = [
  { code = "divert", fine = 900, loss = 600, opens = 10, detection = 0.8 },
  { code = "value", fine = 300, loss = 90, opens = 8, detection = 0.6 },
]
traders = [
  { code = "one", consignments = 3, gain = { divert = 120, value = 20 } },
  { code = "two", consignments = 9, gain = { value = 30 }, route = { A = 0, B = 5 } },
]
[levers]
access = 5.0
inspector_price = 200.0
"""
