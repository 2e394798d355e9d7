"""Results as Markdown. Figures are of the rounds: median, smallest to largest; ratios to the best peer."""
import statistics

from .scenarios import OTHERS, WORKS
from .servers import Floor, Strictgate

OURS = Strictgate.name
LEFT_OUT = "–"


def number(value):
    if value >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def head(cells):
    return [row(cells), row(["---"] * len(cells))]


def ratio(results, figure):
    """Ours to the best peer's, and whose that is; None when one of them is not there."""
    values = {name: figure(one) for name, one in results.items() if "left_out" not in one}
    peers = {name: value for name, value in values.items() if name not in (OURS, Floor.name)}
    if OURS not in values or not peers:
        return None
    best = min(peers, key=peers.get)
    if peers[best] <= 0:
        return None
    return values[OURS] / peers[best], best


def verdict(ratios, target):
    if ratios is None:
        return ["", f"≤ {target:.2f}", ""]
    return [f"{ratios[0]:.2f} ({ratios[1]})", f"≤ {target:.2f}", "yes" if ratios[0] <= target else "**no**"]


def left_out(results, names):
    return [f"- {name}: {results[name]['left_out']}" for name in names if "left_out" in results.get(name, {})]


def microseconds(one):
    return [r["us"] for r in one["rounds"]]


def floor_text(work, results):
    us = microseconds(results[Floor.name])
    text = (f"- {work.title}: the floor, a program that receives, sends a constant and reads nothing, takes"
            f" {number(statistics.median(us))} ({number(min(us))}–{number(max(us))})")
    of_best = ratio({**results, OURS: results[Floor.name]}, lambda one: min(microseconds(one)))
    return text + (f", {of_best[0]:.2f} × of {of_best[1]}" if of_best else "")


def works_table(all_results, names):
    lines = ["## Server time per unit of work, µs", "",
             "Median (smallest–largest) of the rounds; the ratio is of the smallest ones.", ""]
    lines += head(["work", *names, "ratio to the best peer", "of medians", "target", "met"])
    notes = []
    for work in WORKS:
        if work.name not in all_results:
            continue
        results, cells = all_results[work.name], [work.title]
        for name in names:
            one = results.get(name, {"left_out": "not measured"})
            if "left_out" in one:
                cells.append(LEFT_OUT)
                continue
            us = microseconds(one)
            cells.append(f"{number(statistics.median(us))} ({number(min(us))}–{number(max(us))})")
        by_min = ratio(results, lambda one: min(microseconds(one)))
        by_median = ratio(results, lambda one: statistics.median(microseconds(one)))
        judged = verdict(by_min, work.target)
        lines.append(row([*cells, judged[0], f"{by_median[0]:.2f}" if by_median else "", *judged[1:]]))
        notes += left_out(results, names)
        if Floor.name in results:
            notes.append(floor_text(work, results))
    return lines + [""] + notes + ["", "How busy the server's processor was (1 = saturated) and requests a second, in the"
                                       " quickest round:", ""] + busy_table(all_results, names)


def busy_table(all_results, names):
    lines = head(["work", *names])
    for work in WORKS:
        if work.name not in all_results:
            continue
        cells = [work.title]
        for name in names:
            rounds = all_results[work.name].get(name, {}).get("rounds")
            best = min(rounds, key=lambda r: r["us"]) if rounds else None
            cells.append(f"{best['busy']:.2f}, {best['per_second']:.0f}/s" if best else LEFT_OUT)
        lines.append(row(cells))
    return lines + [""]


def kept_up(one):
    """Whether it answered as quickly as requests came: else its latencies only say how long the run was."""
    return all(r["per_second"] > 0.95 * r["rate"] for r in one["rounds"])


def latency_table(results, names):
    results = {name: one if "left_out" in one or kept_up(one) else {"left_out": "cannot keep up at this rate"}
               for name, one in results.items()}
    rate = next(one["rounds"][0]["rate"] for one in results.values() if "rounds" in one)
    lines = [f"## Latency at half load: {rate} requests a second, the same moments for all", "",
             "Medians of the rounds, µs, from the moment a request was due.", ""]
    lines += head(["percentile", *names, "ratio to the best peer", "target", "met"])
    for key, title in (("p50_us", "p50"), ("p99_us", "p99"), ("p999_us", "p99.9")):
        cells = [title]
        for name in names:
            one = results.get(name, {"left_out": ""})
            cells.append(LEFT_OUT if "left_out" in one else number(statistics.median(r[key] for r in one["rounds"])))
        judged = verdict(ratio(results, lambda one, key=key: statistics.median(r[key] for r in one["rounds"])), 1.0)
        lines.append(row(cells + (judged if key == "p99_us" else [judged[0], "", ""])))
    return lines + [""] + left_out(results, names)


def idle_table(results, names):
    count = next(one["connections"] for one in results.values() if "connections" in one)
    lines = [f"## Memory of {count} idle TLS connections", ""]
    lines += head(["", *names, "target", "met"])
    cells = ["KB a connection (proportional set size)"]
    for name in names:
        one = results.get(name, {"left_out": ""})
        cells.append(LEFT_OUT if "left_out" in one else number(one["kb_per_connection"]))
    ours = results.get(OURS, {}).get("kb_per_connection")
    lines.append(row(cells + ["≤ 15 KB", "" if ours is None else "yes" if ours <= 15 else "**no**"]))
    return lines + [""] + left_out(results, names)


def megabytes(kb):
    return f"{kb['pss'] / 1024:.0f}"


def start_table(results, names):
    lines = ["## Start with many sites, each with a policy of its own", ""]
    lines += head(["", *names, "ratio to the best peer", "target", "met"])
    rows = [("exec to first right handshake, s", lambda one: one["seconds"], lambda one: f"{one['seconds']:.3f}", 0.1),
            ("memory then, MB", lambda one: one["kb"]["pss"], lambda one: megabytes(one["kb"]), 1.0),
            ("memory when every certificate was asked for, MB", lambda one: one["kb_all_used"]["pss"],
             lambda one: megabytes(one["kb_all_used"]), None)]
    for title, figure, text, target in rows:
        cells = [title]
        for name in names:
            one = results.get(name, {"left_out": ""})
            cells.append(LEFT_OUT if "left_out" in one else text(one))
        ratios = ratio(results, figure)
        lines.append(row(cells + (verdict(ratios, target) if target else [f"{ratios[0]:.2f} ({ratios[1]})" if ratios else "",
                                                                          "", ""])))
    ours = results.get(OURS, {}).get("from_state")
    if ours:
        lines += ["", f"Strictgate is started as after any stop; without its kept snapshot, from the state alone: "
                      f"{ours['seconds']:.3f} s, {megabytes(ours['kb'])} MB."]
    return lines + [""] + left_out(results, names)


def reloads_table(results, names):
    first = next(one for one in results.values() if "reloads" in one)
    lines = [f"## {first['reloads']} reloads in a row, one site changed each, under {first['rate']} requests a second", ""]
    lines += head(["", *names])
    for title, text in (
            ("requests without a right response", lambda one: f"{one['failed']} of {one['requests']}"),
            ("connections made anew", lambda one: str(one["reconnects"])),
            ("p99 before, µs", lambda one: number(one["p99_before_us"])),
            ("p99 during, µs", lambda one: number(one["p99_during_us"])),
            ("p99.9 before, µs", lambda one: number(one["p999_before_us"])),
            ("p99.9 during, µs", lambda one: number(one["p999_during_us"])),
            ("from the command to the first response with the change, ms (median)",
             lambda one: number(one["effect_s"] * 1000))):
        cells = [title]
        for name in names:
            one = results.get(name, {"left_out": ""})
            cells.append(LEFT_OUT if "left_out" in one else text(one))
        lines.append(row(cells))
    return lines + ["", "Target: 0 failed, p99 not moved.", ""] + left_out(results, names)


def syscalls_table(results, names):
    lines = ["## System calls a small HTTP/1.1 request (under strace, for information)", ""]
    lines += head(["server", "calls a request", "which"])
    for name in names:
        one = results.get(name, {"left_out": ""})
        if "left_out" in one:
            continue
        lines.append(row([name, f"{one['per_request']:.2f}",
                          ", ".join(f"{call} {share:.2f}" for call, share in one["calls"].items())]))
    return lines + [""] + left_out(results, names)


TABLES = {"latency": latency_table, "idle-memory": idle_table, "start": start_table, "reloads": reloads_table,
          "syscalls": syscalls_table}


def markdown(results, machine_text, names):
    lines = [machine_text, ""]
    if any(work.name in results for work in WORKS):
        lines += works_table(results, names)
    for name in OTHERS:
        if results.get(name) and any("left_out" not in one for one in results[name].values()):
            lines += TABLES[name](results[name], names)
        elif name in results:
            lines += [f"## {name}", ""] + left_out(results[name], names)
    return "\n".join(lines).rstrip() + "\n"
