using System.Globalization;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>Scenarios in which we do otherwise than they lay down, each with the reason.</summary>
internal static class ReplayDifferences
{
    // PACKAGE/SCENARIO, or PACKAGE_VERSION/SCENARIO where another version has it otherwise; and the steps, if it is not all of them.
    private static readonly (string Why, string[] Scenarios)[] Table =
    [
        ("an answer that contradicts its proofs is bogus to us; Unbound gives it the RCODE that they prove",
            ["unbound/val_nodata_entnx", "unbound/val_cnameqtype 130 190", "unbound/val_cnameqtype_qmin 130 190"]),
        ("records of one set of parameters count in an answer: a server has one chain to answer from (RFC 5155 §7.2)",
            ["unbound_1.17.1/val_nsec3_iter_high", "unbound_1.17.1/val_nx_nsec3_collision", "unbound_1.17.1/val_nx_nsec3_params"]),
        ("the closest trust anchor counts alone (RFC 6840 appendix C.1); Unbound goes by the one above where the zone is gone",
            ["unbound/val_anchor_nx", "unbound/val_anchor_nx_nosig", "knot-resolver/val_anchor_nx_nosig"]),
        ("a wildcard DNAME is discouraged, and need not fail (RFC 6672 §3.3): its signature and the proof of the name hold", ["unbound/val_dnamewc"]),
        ("any one algorithm of a zone suffices (RFC 6840 §5.11); the scenario sets harden-algo-downgrade", ["unbound/val_ta_algo_missing"]),
        ("a weaker digest beside a stronger one is ignored (RFC 4509 §3); the scenario sets harden-algo-downgrade: no", ["unbound/val_ds_sha2_lenient"]),
        ("GOST is not implemented, and must not be any more (RFC 9906): such a zone counts as unsigned", ["unbound/val_ds_gost", "unbound/val_ds_gost_downgrade"]),
        ("--trust-anchor refuses what it cannot use at the start", ["unbound/val_unalgo_anchor"]),
        ("keys that do not come are no forgery: SERVFAIL says what the upstream said", ["unbound/val_faildnskey", "unbound/val_failure_dnskey", "knot-resolver/val_faildnskey"]),
        ("a zone below a trust anchor is never taken as unsigned because its keys do not come; the scenario sets harden-dnssec-stripped: no", ["unbound/val_faildnskey_ok"]),
        ("a loop of aliases is refused before anybody judges it",
            ["unbound/val_cname_loop1", "unbound/val_cname_loop2", "unbound/val_cname_loop3", "knot-resolver/val_cname_loop1", "knot-resolver/val_cname_loop1_3", "knot-resolver/val_cname_loop3"]),
        ("a malformed record is dropped before anybody judges it", ["unbound/val_canon_short_px"]),
        ("an alias beside other records is forbidden (RFC 1034 §3.6.2); which of the two is taken is for the upstream to say", ["unbound/val_cnameother"]),
        ("for ANY, all that is signed is handed on; Unbound stops after some RRsets", ["unbound/val_any_cap"]),
        ("YXDOMAIN is handed on without records", ["unbound/val_dnametoolong"]),
        ("nothing is answered from proofs of other answers (RFC 8198)",
            [
                "unbound/val_negcache_nodata", "unbound/val_negcache_nxdomain", "unbound/val_negcache_ttl", "unbound/val_negcache_ttl_prefetch",
                "unbound/val_cnameqtype 150", "unbound/val_cnameqtype_qmin 150", "unbound/val_dnameqtype 150", "unbound/val_dnameqtype_qmin 150",
            ]),
        ("nothing is answered from aliases that came with other answers",
            [
                "unbound/val_cnameqtype 50 90 170 210", "unbound/val_cnameqtype_qmin 50 90 170 210", "unbound/val_dnameqtype 90 170 210", "unbound/val_dnameqtype_qmin 90 170 210",
                "knot-resolver/val_dname_bogus 221202 221214 900101 900302",
            ]),
        ("Unbound fetches keys anew before they expire, and here nobody answers when they have", ["unbound/val_keyprefetch_verify"]),
        ("without RD Unbound answers with what its cache has; a forwarder asks, and gets a referral or nothing",
            ["unbound/val_refer_unsignadd", "unbound/val_referd", "unbound/val_referglue", "unbound/val_ds_cname 12"]),
        ("the trust anchor sentinel (RFC 8509) is not done", ["knot-resolver/val_ta_sentinel"]),
        ("the scenario has no trust anchor, which turns validation off; ours is on, with a root", ["knot-resolver/val_ta_sentinel_nokey"]),
    ];

    /// <summary>Rows of the table that are about a scenario.</summary>
    /// <param name="package">With its version, as <c>unbound_1.17.1</c>.</param>
    /// <param name="scenario">The name of its file, without the ending.</param>
    public static IEnumerable<ReplayDifference> Of(string package, string scenario) =>
        from row in Table
        from text in row.Scenarios
        let words = text.Split(' ')
        where words[0] == $"{package}/{scenario}" || words[0] == $"{package.Split('_')[0]}/{scenario}"
        select new ReplayDifference(text, row.Why, words[1..]);
}

/// <summary>A difference with a reason.</summary>
/// <param name="Text">As it stands in the table.</param>
/// <param name="Why">The reason.</param>
/// <param name="Steps">Numbers of the steps in which it shows; empty: any.</param>
internal sealed record ReplayDifference(string Text, string Why, string[] Steps)
{
    /// <summary>Whether the scenario, which owners change from version to version, has one of the steps.</summary>
    public bool IsOf(ReplayScenario scenario) => Steps.Length == 0 || scenario.Steps.Exists(step => Steps.Contains(step.Number.ToString(CultureInfo.InvariantCulture)));

    public bool Covers(string line) => Steps.Length == 0 || Steps.Any(step => line.StartsWith($"step {step} ", StringComparison.Ordinal));
}
