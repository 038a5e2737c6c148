from coverage.models import Province, Regency


def test_scope_of_the_small_world(world):
    assert Province.objects.visible_to(world.pemda).count() == 1
    assert Regency.objects.visible_to(world.pemkab).count() == 1
    assert Regency.objects.writable_by(world.entri).count() == 2
    assert Regency.objects.by_code("1801", "bps").get().name == "Kabupaten Lampung Barat"
