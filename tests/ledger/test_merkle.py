"""The tree against the definitions of RFC 6962, its published vectors and a real log's proofs."""

from base64 import b64decode
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods import BookDamaged, NotInBook, ProofError
from sarai.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    TILE_WIDTH,
    Frontier,
    SubtreeReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [sha256(b"leaf %d" % i).digest() for i in range(600)]

# The tree of eight leaves in the tests of the Certificate Transparency reference implementation
# (also in transparency-dev/merkle, proof/verify_test.go).
CT_DATA = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    bytes.fromhex(text)
    for text in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
CT_INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CT_CONSISTENCY = {
    (1, 1): [],
    (1, 8): CT_INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}

# What the Google Argon 2020 log answered for entry 10,000 and for its old size 3,654,490
# (golang.org/x/mod, sumdb/tlog/testdata/argon2020).
ARGON_SIZE, ARGON_OLD_SIZE, ARGON_INDEX = 961_984_013, 3_654_490, 10_000
ARGON_ROOT = b64decode("dwlueapdd7LaOEnX2W2Wp9v2XE+KzejHRQGHwEx0oaM=")
ARGON_OLD_ROOT = b64decode("AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=")
ARGON_LEAF = b64decode("nCs3mfIydh9x4CKyQ+u2xtmpxmFggA5MLymHwNQSlLg=")
ARGON_SHARED = """
    GXIElfmnRuWfbA4z7ubV/UwlpSRUbUeec7oL5HDDnh0= pR0SH/NYP6s9+8azWwaeUXA4Ze/3WCIgMfh5YW6wvcE=
    f3GuAKYVrF8RBg3s15jvA/YvV9oAliWtzP/imwPhQVA= WHn8zDxlVgkV+lSlmzaOdfSBrTHoRr5nT3d76q0KKWE=
    f2uV2ZxVgULzLPKuZcowRY3ZY7fRlX59iDBjV1R8kNQ= NzQVjJsvQwbi7WStMr9oFkh9VbHfK7LB6o7WwAqwNTs=
    C0LttBeYHZHgL+032JIcJC3CTBIyza/hsbmJUgJfmDI= nixU5CWTFVDlF4BGdcU6kA7WSYurEpe9jRWc+F/7sOc=
"""
ARGON_INCLUSION = """
    T46AmJsuOM/gFiGlUp+IJJebp+1Z5qratFNW7U0JyOQ= 9Jj1Feodn42uRYEfffkV4HF/EIPFQ5Zo9IwkxbQ2uhk=
    D53/1oCNebF4J59HHgioovKZxrmrKcVuCVhy3Izg8Ck= wSFDgGSrsXRPA+1c8WHoAFCsWeUv8NDyP/Q/SgsyVyY=
    516/RcwsgdwdzHn18v1dJHqBkgFUbNhmCIWOGjsMJaE= naTFY2ajLFgrgs5XUl+zJYZnnlJksLGsA1VYwpLfqbY=
    mKBRJo6qao+0Kdh/rhGkZUbHUAxMhrtrclrTpIbNjIg= Co4ueOFE7lpifLio94irxxsv1wFMMaK3tPu2ZQkHlro=
    yRgy800K6JMYCC05sWfqF2kvCg2riT/pVM+nEa6V5+0= n2O38XJZC8/Wpbwi9HhgVizlUyeUHVZvYyQB1607MRc=
    go3tAjuNfNSCj87y2Rg1xOroDknGN1eaf3cgvzObf7Q= 8D0Mj3/J7ySSnFb0afIHYXv6rlOhECnsebY6XKi1IR8=
    6rcez46ZU8M5vPiWVMAUfJfAOV0pPP/mch/lYzZhj/M= 2rtIeXrPvSdUyHc5maIgSAVB2BzaKaupWxSAiVayDE4=
    nniW/IMFQPN5xw8UsHFn7CRStYbm1gLu7NNa6kkRqJQ= mRPPi7sQS22MduIEyvcNzCNFqIt6kLwYPkNKrVtIcu8=
    JvTivzESNS9wHI8aph5a7uieVmtS/p9PciMZ5D6GyOo= UTyQd+Ym0wY4zG+qK806bBORwi1CSVvFQ/KknnqoZj8=
    hXODrqN+ff+U6zPqRQ+ZQKs6im1fPcxIerDSfNwflhE= II6GE+WY/DrpZzfHztLwkR46o37zVkNLCyPYlf68zA0=
    d609kWWcNBllbA8Jb/ad4XAVVGnScLRmtP8FYyr+Dck= rikBsP0G0gioXRpBFED2CzQdSLrGPvRd0bEcbEZw1rI=
"""
ARGON_CONSISTENCY = """
    80Sfbj6UQEdVSZCSIgh9NMPj3vCBzcc1A48B2crJSWg= FZcrgAHUk6nNPviJZq8kEK6jCG1d18pJOFE45ZDc1TQ=
    Q67reWXmPBo1UfmwBap4Xi9PMPfFdUSSw3WGlRZdG7k= eJ7CyhR4PxzBxDIsWgrVYW1eFUb9ndgf46tFmiqVrxA=
    QrDwp062Grm5WY8KdrhFsBuuNjGzRox2Jb8PmVL5OYw= XM4YMjMEdLH/XJam/ZWyaP14k3cmsOtnPsOWQ54lW1s=
    SGiBh+jOTGccXU48ZzgQ88lRcBmtB4wz4oSDndv2QTg= WAS6txqNLYKGL1GdBdpqmV42TTfn6cJsuDsqLXuTCNI=
    QFmRS0rirUA7ZN3lxFjDncV+E1OCrn3NUB4RCp+5fzc= Hdbp7It2XBNZmNDBpCN/KPd7vfVqxgzwOosqVIaEA9E=
    mxvHL0ZiblBdD7j7pIa1jlfB0gSqfJ6oX0UGo7L0VsU= q5hjyvoW6TL/PThgcitpDcSTrnKX2p1+aqscqH2euRA=
    jTOWDqt3IHj2NVFeezyBz2ofpru+ztEywqKUAfFclKI= GIRn0w3HqJdvU9j1WVD//eR6lk2AaTVjyzjsJNP8U88=
    x52GJvxG81fnQBrgOTbll1A5tz95/LXK0Ag1NhB0r1I= 6/0OqrcTgc3o5dD5PymmoC96lB9yLPFuTHVvLy8fSGk=
    Gf+iKLfcXO5l4JEFmsZvSdG5q1uEeWPfYLrds6pmjz0= DGuaco+McyM3AfRSF6qX7RwSetwe2ieYJmxw5e9rVx0=
    2tQJ9V32hnYp+fdpP6TcjmgJmLeNVOMKM0Ml1kk4cNU= 3PapK+IkyJr8I9yAErAmzuZezzLMzsg+PfeRCgNW8NQ=
    s6xiYeejb+wtqHA+URJZ2I/SCPyIW8coP6aB00FJbMY= z9lSpmdTcr5M5ZzKlc4EPh3SrSypKFdk6JUF/UccaZU=
"""


# The definitions of RFC 6962, section 2.1, word for word.


def largest_power_of_2_below(n):
    return max(2**i for i in range(n.bit_length()) if 2**i < n)


def tree_hash(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    k = largest_power_of_2_below(len(leaves))
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def audit_path(m, leaves):
    if len(leaves) == 1:
        return []
    k = largest_power_of_2_below(len(leaves))
    if m < k:
        return [*audit_path(m, leaves[:k]), tree_hash(leaves[k:])]
    return [*audit_path(m - k, leaves[k:]), tree_hash(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [tree_hash(leaves)]
    k = largest_power_of_2_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), tree_hash(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), tree_hash(leaves[:k])]


def grown(leaves):
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier


def subtree(start, stop):
    return grown(LEAVES[start:stop]).root()


sizes = st.integers(1, len(LEAVES))


@st.composite
def leaf_in_tree(draw):
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def old_and_new(draw):
    new = draw(sizes)
    return draw(st.integers(1, new)), new


class TestPublished:
    def test_roots(self):
        frontier = Frontier()
        assert frontier.root() == EMPTY_ROOT == CT_ROOTS[0]
        for data, root in zip(CT_DATA, CT_ROOTS[1:], strict=True):
            frontier.append(leaf_hash(data))
            assert frontier.root() == root

    @pytest.mark.parametrize(("index", "size"), CT_INCLUSION)
    def test_inclusion(self, index, size):
        leaves = [leaf_hash(data) for data in CT_DATA]
        expected = [bytes.fromhex(text) for text in CT_INCLUSION[index, size]]
        assert inclusion_proof(index, size, lambda a, b: grown(leaves[a:b]).root()) == expected
        verify_inclusion(leaves[index], index, size, expected, CT_ROOTS[size])

    @pytest.mark.parametrize(("old", "new"), CT_CONSISTENCY)
    def test_consistency(self, old, new):
        leaves = [leaf_hash(data) for data in CT_DATA]
        expected = [bytes.fromhex(text) for text in CT_CONSISTENCY[old, new]]
        assert consistency_proof(old, new, lambda a, b: grown(leaves[a:b]).root()) == expected
        verify_consistency(old, new, CT_ROOTS[old], CT_ROOTS[new], expected)

    def test_a_real_log_of_a_thousand_million_leaves(self):
        shared = [b64decode(text) for text in ARGON_SHARED.split()]
        inclusion = [b64decode(text) for text in ARGON_INCLUSION.split()] + shared
        consistency = [b64decode(text) for text in ARGON_CONSISTENCY.split()] + shared
        verify_inclusion(ARGON_LEAF, ARGON_INDEX, ARGON_SIZE, inclusion, ARGON_ROOT)
        verify_consistency(ARGON_OLD_SIZE, ARGON_SIZE, ARGON_OLD_ROOT, ARGON_ROOT, consistency)
        with pytest.raises(ProofError, match="leads to root"):
            verify_inclusion(ARGON_LEAF, ARGON_INDEX + 1, ARGON_SIZE, inclusion, ARGON_ROOT)


class TestFrontier:
    @given(st.lists(st.integers(0, 300), max_size=4))
    @settings(deadline=None, max_examples=50)
    def test_any_portions_give_the_root_of_the_definition(self, portions):
        frontier, at = Frontier(), 0
        for portion in portions:
            leaves = LEAVES[at : at + portion]
            before = list(leaves)
            frontier.extend(leaves)
            assert leaves == before
            at += len(leaves)
            frontier = Frontier.load(frontier.dump())
        assert frontier.size == at
        assert frontier.root() == tree_hash(LEAVES[:at])

    def test_one_by_one(self):
        frontier = Frontier()
        for size in range(1, 40):
            frontier.append(LEAVES[size - 1])
            assert frontier.root() == tree_hash(LEAVES[:size])
            assert len(frontier.dump()) == 8 + 32 * size.bit_count()

    @pytest.mark.parametrize("portion", [1, 255, 256, 1_000])
    def test_completed_nodes(self, portion):
        leaves = LEAVES * 3
        frontier, nodes = Frontier(), []
        for at in range(0, len(leaves), portion):
            nodes += frontier.extend(leaves[at : at + portion])
        assert nodes == [(8, i, tree_hash(leaves[256 * i : 256 * (i + 1)])) for i in range(1800 // 256)]

    def test_completed_nodes_of_level_16(self):
        leaves = [b"%032d" % i for i in range(65_536 + 300)]
        nodes = grown(leaves).extend(leaves[:1]) + grown(leaves[:65_535]).extend(leaves[65_535:])
        assert [(level, index) for level, index, _ in nodes] == [(8, 255), (8, 256), (16, 0)]
        assert nodes[-1].hash == tree_hash(leaves[:65_536])

    def test_a_wrong_kind_of_leaf_leaves_it_as_it_was(self):
        frontier = grown(LEAVES[:5])
        with pytest.raises(TypeError):
            frontier.extend(["not bytes", LEAVES[5]])
        assert (frontier.size, frontier.root()) == (5, tree_hash(LEAVES[:5]))

    @pytest.mark.parametrize("cut", [0, 7, 8, 39, -1])
    def test_damaged_dump(self, cut):
        dumped = grown(LEAVES[:7]).dump()
        with pytest.raises(BookDamaged, match="bytes instead of"):
            Frontier.load(dumped[:cut] if cut else b"")
        with pytest.raises(BookDamaged, match="bytes instead of"):
            Frontier.load(dumped + b"\0")


class Store:
    """Leaf hashes and nodes in memory, and how many hashes were read from it."""

    def __init__(self, leaves, keep=True):
        self.leaves, self.read = leaves, 0
        self.frontier = Frontier()
        self.nodes = {(n.level, n.index): n.hash for n in self.frontier.extend(leaves) if keep}
        self.subtree = SubtreeReader(self.leaf_hashes, self.stored)

    def leaf_hashes(self, start, stop):
        self.read += stop - start
        return self.leaves[start:stop]

    def stored(self, level, index):
        assert level % 8 == 0
        self.read += 1
        return self.nodes.get((level, index))


class TestSubtreeReader:
    @pytest.mark.parametrize("keep", [True, False], ids=["nodes kept", "nodes missing"])
    @given(ends=st.tuples(st.integers(0, 600), st.integers(0, 600)).map(sorted))
    @settings(deadline=None, max_examples=50)
    def test_any_range_is_the_tree_over_its_leaves(self, keep, ends):
        start, stop = ends
        assert Store(LEAVES, keep).subtree(start, stop) == tree_hash(LEAVES[start:stop])

    def test_a_proof_reads_few_hashes(self):
        store = Store([b"%032d" % i for i in range(3 * 65_536 + 256 * 255 + 255)])
        size, root = len(store.leaves), store.frontier.root()
        for index in (0, 255, 65_536, 131_071, 196_608, size - 1):
            store.read = 0
            proof = inclusion_proof(index, size, store.subtree)
            assert store.read <= 3 * 2 * TILE_WIDTH  # 18 levels are three rows of tiles
            verify_inclusion(store.leaves[index], index, size, proof, root)
        for old in (1, 65_535, 65_536, 131_073, size - 1):
            store.read = 0
            proof = consistency_proof(old, size, store.subtree)
            assert store.read <= 3 * 2 * TILE_WIDTH  # 18 levels are three rows of tiles
            verify_consistency(old, size, grown(store.leaves[:old]).root(), root, proof)

    def test_missing_leaves(self):
        reader = SubtreeReader(lambda start, stop: LEAVES[start : stop - 1], lambda level, index: None)
        with pytest.raises(BookDamaged, match="4 leaves are stored from 0 to 4"):
            reader(0, 5)


class TestInclusion:
    @given(leaf_in_tree())
    @settings(deadline=None)
    def test_is_the_audit_path(self, place):
        index, size = place
        proof = inclusion_proof(index, size, subtree)
        assert proof == audit_path(index, LEAVES[:size])
        verify_inclusion(LEAVES[index], index, size, proof, tree_hash(LEAVES[:size]))

    @given(leaf_in_tree(), st.data())
    @settings(deadline=None)
    def test_a_changed_byte_fails(self, place, data):
        index, size = place
        hashes = [LEAVES[index], subtree(0, size), *inclusion_proof(index, size, subtree)]
        leaf, root, *proof = with_a_changed_byte(hashes, data)
        with pytest.raises(ProofError, match="leads to root"):
            verify_inclusion(leaf, index, size, proof, root)

    @given(leaf_in_tree(), st.integers(0, 599))
    @settings(deadline=None)
    def test_another_index_fails(self, place, other):
        index, size = place
        proof = inclusion_proof(index, size, subtree)
        if other != index:
            with pytest.raises(ProofError):
                verify_inclusion(LEAVES[index], other, size, proof, subtree(0, size))

    @pytest.mark.parametrize("size", [2, 3, 7, 8, 600])
    def test_more_or_fewer_hashes_fail(self, size):
        proof, root = inclusion_proof(1, size, subtree), subtree(0, size)
        for wrong in (proof[1:], proof[:-1], [root, *proof], [*proof, root]):
            with pytest.raises(ProofError, match=f"has {len(wrong)} hashes, leaf 1 of {size} needs"):
                verify_inclusion(LEAVES[1], 1, size, wrong, root)

    def test_bytes_shifted_between_hashes_fail(self):
        joined, root = LEAVES[0] + LEAVES[1], node_hash(LEAVES[0], LEAVES[1])
        verify_inclusion(joined[:32], 0, 2, [joined[32:]], root)
        with pytest.raises(ProofError, match="leaf: hash 1 has 31 bytes instead of 32"):
            verify_inclusion(joined[:31], 0, 2, [joined[31:]], root)

    @pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (1, MAX_SIZE + 1)])
    def test_no_such_leaf(self, index, size):
        with pytest.raises(ProofError, match=f"leaf {index} cannot be in a tree of {size}"):
            verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])

    @pytest.mark.parametrize("index", [-1, 5])
    def test_no_proof_of_what_is_not_there(self, index):
        with pytest.raises(NotInBook, match=f"leaf {index} is not in the tree of 5"):
            inclusion_proof(index, 5, subtree)


class TestConsistency:
    @given(old_and_new())
    @settings(deadline=None)
    def test_is_the_proof_of_the_definition(self, both):
        old, new = both
        proof = consistency_proof(old, new, subtree)
        assert proof == subproof(old, LEAVES[:new], True)
        verify_consistency(old, new, tree_hash(LEAVES[:old]), tree_hash(LEAVES[:new]), proof)

    @given(old_and_new(), st.data())
    @settings(deadline=None)
    def test_a_changed_byte_fails(self, both, data):
        old, new = both
        hashes = [subtree(0, old), subtree(0, new), *consistency_proof(old, new, subtree)]
        old_root, new_root, *proof = with_a_changed_byte(hashes, data)
        with pytest.raises(ProofError, match="leads to root"):
            verify_consistency(old, new, old_root, new_root, proof)

    @given(old_and_new(), sizes)
    @settings(deadline=None)
    def test_a_rewritten_past_has_no_proof(self, both, changed):
        old, new = both
        changed %= old
        other = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : new]]
        proof = consistency_proof(old, new, lambda start, stop: grown(other[start:stop]).root())
        with pytest.raises(ProofError, match="leads to root"):
            verify_consistency(old, new, subtree(0, old), grown(other).root(), proof)

    @pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 8), (6, 8), (8, 8)])
    def test_more_or_fewer_hashes_fail(self, old, new):
        proof = consistency_proof(old, new, subtree)
        for wrong in ([LEAVES[0], *proof], [*proof, LEAVES[0]], proof[1:] if proof else LEAVES[:2]):
            with pytest.raises(ProofError, match=f"has {len(wrong)} hashes, {old} to {new} leaves needs"):
                verify_consistency(old, new, subtree(0, old), subtree(0, new), wrong)

    def test_from_an_empty_tree(self):
        assert consistency_proof(0, 5, subtree) == []
        verify_consistency(0, 5, EMPTY_ROOT, subtree(0, 5), [])
        verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
        with pytest.raises(ProofError, match="for an empty old tree"):
            verify_consistency(0, 5, LEAVES[0], subtree(0, 5), [])
        with pytest.raises(ProofError, match="an empty old tree needs 0"):
            verify_consistency(0, 5, EMPTY_ROOT, subtree(0, 5), LEAVES[:1])
        with pytest.raises(ProofError, match="for an empty new tree"):
            verify_consistency(0, 0, EMPTY_ROOT, LEAVES[0], [])

    @pytest.mark.parametrize(("old", "new"), [(3, 2), (-1, 2), (1, MAX_SIZE + 1)])
    def test_impossible_sizes(self, old, new):
        with pytest.raises(ProofError, match=f"a tree of {new} leaves cannot continue one of {old}"):
            verify_consistency(old, new, LEAVES[0], LEAVES[1], [])

    def test_no_proof_of_a_size_it_never_had(self):
        with pytest.raises(NotInBook, match="a tree of 2 leaves never had 3"):
            consistency_proof(3, 2, subtree)


def with_a_changed_byte(hashes, data):
    which = data.draw(st.integers(0, len(hashes) - 1))
    at = data.draw(st.integers(0, 31))
    flipped = bytearray(hashes[which])
    flipped[at] ^= data.draw(st.integers(1, 255))
    return [*hashes[:which], bytes(flipped), *hashes[which + 1 :]]
