"""Explanations of every figure in the reports, for the "?" beside it, column headings and links to the guide.

The formulas are in `targets.progress.definitions` and `docs/definitions.md`; terms explain them to managers.
"""

from __future__ import annotations

from reporting.terms import Term

_FIGURES = "angka bulanan kantor cabang, diverifikasi Kantor Wilayah"
_POTENTIAL = "BPS (Sakernas), diperbarui kira-kira setahun sekali"
_TARGETS = "target menurut sumber dan tahun yang dipilih; acuan bila tidak dipilih"
_COMPUTED = "dihitung dari peserta, potensi, dan target"

_ALL = (
    Term(
        "rank",
        "Peringkat",
        "Urutan wilayah menurut cakupan.",
        "Cakupan tertinggi nomor 1; cakupan yang persis sama berbagi nomor.",
        _COMPUTED,
        "peringkat",
    ),
    Term(
        "participants",
        "Peserta aktif",
        "Pekerja yang terlindungi pada akhir bulan.",
        "Jumlah segmen yang dipilih. Tidak pernah dijumlahkan antarbulan.",
        _FIGURES,
        "cakupan",
    ),
    Term(
        "potential",
        "Potensi",
        "Perkiraan jumlah pekerja yang seharusnya terlindungi.",
        "Perkiraan terbaru yang sudah berlaku pada akhir bulan itu.",
        _POTENTIAL,
        "cakupan",
    ),
    Term(
        "coverage_rate",
        "Cakupan",
        "Bagian dari pekerja yang sudah terlindungi.",
        "Peserta aktif : potensi, dari wilayah yang sama. Untuk beberapa wilayah jumlah dibagi jumlah.",
        f"{_FIGURES}; potensi {_POTENTIAL}",
        "cakupan",
    ),
    Term(
        "uncovered",
        "Belum terlindungi",
        "Pekerja yang belum menjadi peserta: jarak ke semua orang, bukan ke target.",
        "Potensi − peserta aktif, paling sedikit 0.",
        _COMPUTED,
        "belum-terlindungi",
    ),
    Term(
        "target_rate",
        "Target",
        "Cakupan yang harus dicapai pada akhir tahun target.",
        "Seperti ditetapkan; bila hanya jumlah pekerja yang ditetapkan: jumlah itu : potensi.",
        _TARGETS,
        "target-menurut-sumber",
    ),
    Term(
        "target_workers",
        "Target peserta",
        "Jumlah peserta yang harus dicapai pada akhir tahun target.",
        "Seperti ditetapkan; bila hanya persen yang ditetapkan: persen × potensi.",
        _TARGETS,
        "target-menurut-sumber",
    ),
    Term(
        "gap_workers",
        "Selisih ke target",
        "Pekerja yang masih kurang untuk mencapai target.",
        "Target peserta − peserta aktif. Negatif berarti target terlampaui.",
        _COMPUTED,
        "selisih-ke-target",
    ),
    Term(
        "gap_points",
        "Selisih (poin persen)",
        "Jarak cakupan ke target dalam poin persen.",
        "Target − cakupan.",
        _COMPUTED,
        "selisih-ke-target",
    ),
    Term(
        "achievement_rate",
        "Capaian terhadap target",
        "Bagian dari target yang sudah tercapai. Bukan cakupan.",
        "Cakupan : target.",
        _COMPUTED,
        "cakupan",
    ),
    Term(
        "required_per_month",
        "Kebutuhan per bulan",
        "Tambahan peserta per bulan supaya target tercapai tepat waktu.",
        "Selisih ke target : bulan tersisa sampai Desember tahun target; 0 bila sudah tercapai.",
        _COMPUTED,
        "kebutuhan-per-bulan",
    ),
    Term(
        "observed_per_month",
        "Laju teramati",
        "Tambahan bersih peserta per bulan yang selama ini terjadi.",
        "(Peserta bulan ini − peserta bulan yang sama tahun lalu) : 12; tanpa data setahun, nilai tengah "
        "perubahan 3–6 bulan terakhir.",
        _FIGURES,
        "laju-teramati",
    ),
    Term(
        "pace_ratio",
        "Rasio laju",
        "Seberapa cepat dibandingkan dengan yang dibutuhkan; 1 berarti pas.",
        "Laju teramati : kebutuhan per bulan.",
        _COMPUTED,
        "status",
    ),
    Term(
        "status",
        "Status",
        "Apakah laju sekarang cukup untuk mencapai target.",
        "Rasio laju: mulai 0,95 sesuai jalur, mulai 0,60 perlu dipercepat, di bawahnya tertinggal, di bawah 0 menurun.",
        _COMPUTED,
        "status",
    ),
    Term(
        "path_workers",
        "Lintasan",
        "Peserta yang seharusnya sudah tercapai bila kenaikan ke target merata.",
        "Garis lurus dari peserta Desember tahun lalu ke target Desember tahun ini.",
        _COMPUTED,
        "lintasan",
    ),
    Term(
        "year_end_projection",
        "Proyeksi akhir tahun",
        "Peserta pada Desember tahun target bila laju tidak berubah.",
        "Peserta aktif + laju teramati × bulan tersisa.",
        _COMPUTED,
        "proyeksi",
    ),
    Term(
        "change_points",
        "Perubahan sebulan",
        "Naik atau turunnya cakupan dari bulan lalu, dalam poin persen.",
        "Cakupan bulan ini − cakupan bulan lalu.",
        _COMPUTED,
        "cakupan",
    ),
    Term(
        "change",
        "Perubahan dari bulan lalu",
        "Tambahan atau pengurangan peserta sejak bulan lalu.",
        "Peserta bulan ini − peserta bulan lalu; kosong bila salah satunya belum ada.",
        _FIGURES,
        "segmen-dan-kelompok",
    ),
    Term(
        "bar",
        "Cakupan terhadap target",
        "Batang penuh adalah 100% potensi: isi berwarna cakupan, hijau muda lintasan, garis tegak target.",
        "Diurutkan menurut capaian terhadap target: cakupan : target.",
        _COMPUTED,
        "membaca-satu-wilayah",
    ),
    Term(
        "spark",
        "12 bulan",
        "Peserta aktif dua belas bulan terakhir, tiap baris dengan skalanya sendiri.",
        "Garis terputus pada bulan tanpa angka; titik menandai angka terakhir.",
        _FIGURES,
        "lintasan",
    ),
    Term(
        "reported",
        "Lapor",
        "Kab/kota yang punya angka sendiri bulan ini; angka bulan lalu tidak dihitung.",
        "Kab/kota yang semua segmen wajibnya terisi.",
        _FIGURES,
        "sementara-dan-terverifikasi",
    ),
    Term(
        "universal",
        "Cakupan semesta",
        "Bulan ketika hampir semua pekerja terlindungi bila laju tidak berubah.",
        "(Bagian semesta × potensi − peserta) : (laju − pertumbuhan potensi).",
        "bagian semesta menurut RPJPN 2025–2045",
        "proyeksi",
    ),
    Term(
        "then_participants",
        "Peserta aktif waktu itu",
        "Peserta aktif pada bulan pembanding, dari wilayah yang sama.",
        "",
        _FIGURES,
        "membandingkan-dua-bulan",
    ),
    Term(
        "then_coverage_rate",
        "Cakupan waktu itu",
        "Cakupan pada bulan pembanding, dengan potensi yang berlaku waktu itu.",
        "Peserta aktif waktu itu : potensi waktu itu.",
        f"{_FIGURES}; potensi {_POTENTIAL}",
        "membandingkan-dua-bulan",
    ),
    Term(
        "participants_change",
        "Perubahan peserta",
        "Tambahan atau pengurangan peserta sejak bulan pembanding.",
        "Peserta sekarang − peserta waktu itu; kosong bila salah satunya belum ada.",
        _FIGURES,
        "membandingkan-dua-bulan",
    ),
    Term(
        "coverage_points_change",
        "Perubahan cakupan",
        "Naik atau turunnya cakupan sejak bulan pembanding, dalam poin persen.",
        "Cakupan sekarang − cakupan waktu itu. Potensi baru ikut mengubahnya.",
        _COMPUTED,
        "membandingkan-dua-bulan",
    ),
    Term(
        "then_rank",
        "Peringkat waktu itu",
        "Peringkat pada bulan pembanding di antara wilayah yang sama.",
        "",
        _COMPUTED,
        "membandingkan-dua-bulan",
    ),
    Term(
        "rank_change",
        "Naik peringkat",
        "Berapa tempat naik sejak bulan pembanding; negatif berarti turun.",
        "Peringkat waktu itu − peringkat sekarang.",
        _COMPUTED,
        "membandingkan-dua-bulan",
    ),
)

#: Terms by key; the keys are the names of the columns.
TERMS = {term.key: term for term in _ALL}
