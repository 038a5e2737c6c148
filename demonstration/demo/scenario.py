"""Parameters of the invented figures: levels by province, published figures to meet, and special cases."""

from __future__ import annotations

from datetime import date

#: Coverage (PU + BPU, without JAKON) in December 2024, percent of the potential. Invented except 16; 18 and 19 have
#: their own anchor below.
PROVINCE_LEVELS = {
    **{"11": 38, "12": 39, "13": 36, "14": 46, "15": 33, "16": 37, "17": 36, "18": 25, "19": 35, "21": 66},
    **{"31": 78, "32": 38.5, "33": 37, "34": 42, "35": 38, "36": 50},
    **{"51": 52, "52": 31, "53": 27},
    **{"61": 35, "62": 47, "63": 45, "64": 60, "65": 54},
    **{"71": 47, "72": 38, "73": 37, "74": 38, "75": 41, "76": 30, "81": 33, "82": 38},
    **{"91": 41, "92": 48, "93": 36, "94": 33, "95": 14, "96": 41},
}

#: The month in which a province's figures are fixed exactly; the other months are derived from it.
DEFAULT_ANCHOR = date(2024, 12, 1)
ANCHORS = {"18": date(2024, 9, 1), "19": date(2024, 8, 1)}
#: No branch is late in these months, so that the published totals are met.
ANCHOR_MONTHS = frozenset({DEFAULT_ANCHOR, *ANCHORS.values()})

#: Published participants (PU + BPU) at the anchor.
ANCHOR_TOTALS = {"18": 760_468, "16": 1_036_000}
#: The same as percent of the potential in force.
ANCHOR_PERCENTS = {"19": 33}

#: Given participants of a province after its anchor.
LATER_TOTALS = {"18": {date(2025, 8, 1): 687_000, date(2026, 9, 1): 736_000}}
#: The same as percent of the potential in force.
LATER_PERCENTS = {"19": {date(2024, 12, 1): 35}}

#: JAKON in December 2024 as percent of the potential: Bangka Belitung 40.27 % with, 35 % without.
JAKON_PERCENTS = {"19": 5.27}

#: Coverage of regencies at the anchor, percent. Lampung as published for 24 September 2024; Pesawaran (1809), which
#: the source leaves out, gets the rest.
FIXED_PERCENTS = {
    **{"1813": 1.9, "1807": 17.4, "1808": 19.3, "1810": 21.4, "1812": 22.6, "1804": 23.3, "1811": 23.3, "1803": 25.6},
    **{"1802": 26.4, "1801": 26.5, "1805": 26.9, "1806": 29.4, "1871": 32.8, "1872": 32.9},
    "1609": 33,  # OKU Selatan, before the fall in OWN_PATHS
    "9208": 126,  # Kaimana: the potential is an estimate and can be too small
}

#: Given series of a regency: percent of the potential in force, interpolated. BPU is the rest after PU.
#: OKU Selatan: cover paid from the local budget, ended in February 2026, 39 % to 25.8 % in four months.
OWN_PATHS = {
    "1609": {
        date(2023, 11, 1): 27.5,
        date(2024, 12, 1): 33,
        date(2025, 12, 1): 38.1,
        date(2026, 2, 1): 39,
        date(2026, 3, 1): 36.1,
        date(2026, 4, 1): 32.4,
        date(2026, 5, 1): 28.3,
        date(2026, 6, 1): 25.8,
        date(2026, 10, 1): 26.1,
    },
    # Pesisir Barat: a new regency, whose people still have identity numbers of the parent regency.
    "1813": {
        date(2023, 11, 1): 1.74,
        date(2024, 9, 1): 1.9,
        date(2025, 8, 1): 2.02,
        date(2025, 12, 1): 2.05,
        date(2026, 10, 1): 2.31,
    },
    # Kaimana: published for 2023 with 126 %.
    "9208": {
        date(2023, 11, 1): 125.6,
        date(2024, 12, 1): 126,
        date(2025, 12, 1): 127.1,
        date(2026, 4, 1): 125.2,
        date(2026, 10, 1): 126.4,
    },
}
SUBSIDY_END = {
    "1609": {
        date(2026, 3, 1): "Iuran dari APBD berakhir Februari 2026, tahap pertama kepesertaan tidak diperpanjang.",
        date(2026, 4, 1): "Lanjutan berakhirnya iuran dari APBD; pekerja rentan desa belum dianggarkan lagi.",
        date(2026, 5, 1): "Lanjutan berakhirnya iuran dari APBD, menunggu APBD perubahan.",
        date(2026, 6, 1): "Sisa peserta yang iurannya dari APBD menjadi tidak aktif.",
    }
}

#: Given slow growth per year.
SLOW_GROWTH = {"1813": 0.03, "9208": 0.005}

#: Share of BPU among the participants where the local budget pays for most.
INFORMAL_SHARES = {"1609": 0.58}

#: Cells that have never been reported (mountain regencies of Papua).
NEVER_REPORTED = frozenset(
    {("9508", "BPU"), ("9508", "JAKON"), ("9508", "PMI"), ("9407", "PMI"), ("9407", "JAKON"), ("9405", "PMI")}
)

#: Share of the potential working abroad with cover, percent; elsewhere `PMI_ELSEWHERE`.
PMI_PERCENTS = {"52": 1.5, "53": 0.7, "35": 0.75, "33": 0.8, "32": 0.6, "18": 0.9, "51": 0.6, "12": 0.25, "34": 0.4}
PMI_ELSEWHERE = 0.08
