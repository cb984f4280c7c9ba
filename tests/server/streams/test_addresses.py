"""Addresses of brokers: what they may say, and that what is wrong is told without the password."""

from __future__ import annotations

import pytest

from sarai.goods import BadSetting
from sarai.server.streams import MqttSource, NatsSource, mqtt_source, nats_source


def test_nats_by_its_defaults():
    assert nats_source("nats://127.0.0.1:4222") == NatsSource()


def test_nats_says_more():
    source = nats_source(
        "tls://keeper:word@a.example:4222,nats://b.example?stream=PAPERS&subject=in.papers&durable=desk"
        "&answers=out.papers&results=yes"
    )
    assert source == NatsSource(
        servers=("tls://keeper:word@a.example:4222", "nats://b.example"), stream="PAPERS",
        subject="in.papers", durable="desk", answers="out.papers", results=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("mqtt://127.0.0.1", MqttSource()),
        ("mqtt://127.0.0.1:2883/", MqttSource(port=2883)),
        ("mqtts://[::1]", MqttSource(host="::1", port=8883, tls=True)),
        (
            "mqtts://kee%40per:a%2Fword@broker.example:9?identifier=desk&authority=/etc/ca.pem",
            MqttSource(host="broker.example", port=9, tls=True, user="kee@per", password="a/word",
                       identifier="desk", authority="/etc/ca.pem"),
        ),
    ],
)  # fmt: skip
def test_mqtt(address, source):
    assert mqtt_source(address) == source


@pytest.mark.parametrize(
    ("read", "address"),
    [
        (nats_source, "http://keeper:swordfish@a.example"),
        (nats_source, "nats://keeper:swordfish@"),
        (nats_source, "nats://keeper:swordfish@a.example:many"),
        (nats_source, "nats://a.example,keeper:swordfish"),
        (nats_source, "nats://keeper:swordfish@a.example?queue=x"),
        (nats_source, "nats://a.example?subject=sarai.documents.refused"),
        (mqtt_source, "mqtt://keeper:swordfish@a.example:70000"),
        (mqtt_source, "mqtt://keeper:swordfish@a.example/topic"),
        (mqtt_source, "keeper:swordfish@a.example"),
        (mqtt_source, "mqtt://keeper:swordfish@a.example?identifer=desk"),
    ],
)
def test_what_cannot_be_read_is_told_without_its_password(read, address):
    with pytest.raises(BadSetting) as told:
        read(address)
    assert "swordfish" not in str(told.value)
    assert ";" in str(told.value), "and what to do"


def test_nobody_sees_the_password_by_accident():
    assert "swordfish" not in f"{mqtt_source('mqtt://keeper:swordfish@a.example')!r}"
    assert "swordfish" not in f"{nats_source('nats://keeper:swordfish@a.example')!r}"
