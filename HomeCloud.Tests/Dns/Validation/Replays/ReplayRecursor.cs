using System.Net;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation.Replays;

/// <summary>
/// An honest recursive server that does not validate, over the scripted servers of a scenario: it follows referrals and aliases, asks
/// for DS above the cut, and answers with the records and proofs that it met.
/// </summary>
internal sealed class ReplayRecursor(ReplayScenario scenario)
{
    private const int MostAliases = 12;
    private const int MostReferrals = 16;
    private const int MostNested = 6;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<string>> _servers = new(scenario.Stubs);
    private readonly Dictionary<string, List<string>> _nameServers = [];
    private readonly Dictionary<string, List<LooseRecord>> _cuts = [];

    private readonly List<LooseRecord> _glue = [];

    // Of all answers: a scenario that leaves a DS question out may have given its proof before.
    private readonly List<LooseRecord> _proofs = [];
    private readonly HashSet<string> _unscripted = [];

    /// <summary>The step that runs.</summary>
    public long Step { get; set; }

    /// <summary>Questions that no server of the scenario answers.</summary>
    public IReadOnlyCollection<string> Unscripted => _unscripted;

    public byte[] Answer(DnsMessage query)
    {
        lock (_lock)
        {
            var found = Resolve(DnsName.ParseFolded(query.Name)!, query.Type, 0);
            return LooseRecord.Compose(query, found.Code, [.. found.Answers.Concat(found.Authorities)
                .Where(record => query.DnssecOk || record.Type == query.Type || record.Type is not (RecordType.Rrsig or RecordType.Nsec or RecordType.Nsec3))]);
        }
    }

    /// <summary>Forgets what referrals said.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _servers.Clear();
            foreach (var (zone, addresses) in scenario.Stubs)
                _servers[zone] = addresses;
            _nameServers.Clear();
            _cuts.Clear();
            _proofs.Clear();
            _glue.Clear();
        }
    }

    private Found Resolve(byte[] name, RecordType type, int nested)
    {
        var answers = new List<LooseRecord>();
        var authorities = new List<LooseRecord>();
        Found? last = null;
        for (var aliases = 0; aliases < MostAliases; aliases++)
        {
            if (ResolveOne(name, type, nested) is not { } found)
            {
                // What denies the target of an alias may stand beside the alias alone.
                return last is null ? Found.Failure : last with { Answers = answers, Authorities = Distinct([.. authorities, .. last.Authorities]) };
            }

            var (target, code) = ReplayAliases.Take(found.Answers, name, type, answers);
            if (target is null || target.AsSpan().SequenceEqual(name) || code == ResponseCode.NameExists)
                return new Found(code == ResponseCode.NoError ? found.Code : code, answers, Distinct([.. authorities, .. found.Authorities]));
            authorities.AddRange(found.Authorities.Where(IsProof));
            (last, name) = (found, target);
        }

        return new Found(ResponseCode.NoError, answers, Distinct(authorities));
    }

    private Found? ResolveOne(byte[] name, RecordType type, int nested)
    {
        var above = type == RecordType.Ds ? DnsName.Parent(name).ToArray() : name;
        if (Closest(scenario.Forwards, above) is { } forward && (Closest(scenario.Stubs, above)?.Length ?? 0) <= forward.Length)
            return Ask(scenario.Forwards[DnsName.ToText(forward)], name, type) is { } forwarded ? Scrubbed(forwarded, [0]) : FromProofs(type);
        if (type == RecordType.Ds && _cuts.TryGetValue(DnsName.ToText(name), out var known))
            return AtCut(known);
        var zone = Closest(_servers, above);
        for (var referrals = 0; zone is not null && referrals < MostReferrals; referrals++)
        {
            if (Ask(Addresses(DnsName.ToText(zone), nested), name, type) is not { } reply)
                return FromProofs(type);
            if (Cut(reply, zone, name) is not { } cut)
                return Scrubbed(reply, zone);
            var proof = Learn(cut, reply);
            if (type == RecordType.Ds && cut.AsSpan().SequenceEqual(name))
                return AtCut(proof);
            zone = cut;
        }

        return null;
    }

    private ReplayEntry? Ask(IEnumerable<string> addresses, byte[] name, RecordType type)
    {
        foreach (var address in addresses)
        {
            var entry = scenario.Find(Step, address, name, type, isStream: false);
            if (entry is { IsTruncated: true })
                entry = scenario.Find(Step, address, name, type, isStream: true);
            if (entry is { Code: ResponseCode.NoError or ResponseCode.NameError or ResponseCode.NameExists })
            {
                _proofs.AddRange(entry.Authorities.Where(IsProof));
                return entry;
            }
        }

        _unscripted.Add($"{DnsName.ToText(name)} {DnsText.Of(type)}");
        return null;
    }

    private Found? FromProofs(RecordType type) => type == RecordType.Ds && _proofs.Count > 0 ? AtCut(_proofs) : null;

    private IEnumerable<string> Addresses(string zone, int nested)
    {
        foreach (var address in _servers[zone])
            yield return address;
        if (nested == MostNested || _servers[zone].Count > 0)
            yield break;
        foreach (var server in _nameServers.GetValueOrDefault(zone, []))
        {
            foreach (var record in Resolve(DnsName.ParseFolded(server)!, RecordType.A, nested + 1).Answers.Where(record => record.Type == RecordType.A))
                yield return new IPAddress(record.Data).ToString();
        }
    }

    // A referral names servers of a zone below, and nothing of the name itself.
    private static byte[]? Cut(ReplayEntry reply, byte[] zone, byte[] name)
    {
        if (reply.Code != ResponseCode.NoError || reply.Answers.Count > 0 || reply.Authorities.Exists(record => record.Type == RecordType.Soa))
            return null;
        var servers = reply.Authorities.Find(record => record.Type == RecordType.Ns);
        var owner = servers is null ? null : ReplayEntry.Folded(servers.Owner);
        return owner is not null && owner.Length > zone.Length && DnsName.IsAtOrBelow(owner, zone) && DnsName.IsAtOrBelow(name, owner) ? owner : null;
    }

    private List<LooseRecord> Learn(byte[] cut, ReplayEntry referral)
    {
        var zone = DnsName.ToText(cut);
        var names = referral.Authorities.Where(record => record.Type == RecordType.Ns).Select(record => DnsName.ToText(ReplayEntry.Folded(record.Data))).ToList();
        _nameServers[zone] = names;
        _glue.AddRange(referral.Additionals.Where(record => record.Type is RecordType.A or RecordType.Aaaa));
        _servers[zone] = [.. _glue.Where(record => names.Contains(DnsName.ToText(ReplayEntry.Folded(record.Owner)))).Select(record => new IPAddress(record.Data).ToString()).Distinct()];
        List<LooseRecord> proof = [.. referral.Authorities.Where(record => record.Type is RecordType.Ds || IsProof(record) || record.Covers == RecordType.Ds)];
        if (proof.Count > 0)
            _cuts[zone] = proof;
        return proof;
    }

    private static Found AtCut(List<LooseRecord> proof) => new(
        ResponseCode.NoError,
        [.. proof.Where(record => record.Type == RecordType.Ds || record.Covers == RecordType.Ds).Select(record => record with { IsAuthority = false })],
        Distinct([.. proof.Where(IsProof)]));

    // What a server says of names outside its zone does not count.
    private static Found Scrubbed(ReplayEntry reply, byte[] zone) => new(
        reply.Code,
        [.. reply.Answers.Where(record => DnsName.IsAtOrBelow(ReplayEntry.Folded(record.Owner), zone))],
        [.. reply.Authorities.Where(record => DnsName.IsAtOrBelow(ReplayEntry.Folded(record.Owner), zone))]);

    private static byte[]? Closest(IReadOnlyDictionary<string, List<string>> zones, byte[] name)
    {
        while (!zones.ContainsKey(DnsName.ToText(name)))
        {
            if (name.Length == 1)
                return null;
            name = DnsName.Parent(name).ToArray();
        }

        return name;
    }

    private static bool IsProof(LooseRecord record) =>
        record.Type is RecordType.Nsec or RecordType.Nsec3 || record.Covers is RecordType.Nsec or RecordType.Nsec3;

    private static List<LooseRecord> Distinct(List<LooseRecord> records) =>
        [.. records.DistinctBy(record => (Convert.ToHexString(ReplayEntry.Folded(record.Owner)), record.Type, Convert.ToHexString(record.Data)))];

    private sealed record Found(ResponseCode Code, List<LooseRecord> Answers, List<LooseRecord> Authorities)
    {
        public static Found Failure => new(ResponseCode.ServerFailure, [], []);
    }
}
