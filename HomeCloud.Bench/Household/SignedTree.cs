using System.Collections.Concurrent;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Household;

/// <summary>
/// A signed root with zones below it, of which each question of a run has its answer: of four names three exist, and the fourth lies in
/// a gap of its own between two others, so that no proof tells of another name.
/// </summary>
internal sealed class SignedTree
{
    private const int ZonesOfKind = 8;
    private const int InCache = 2_000;
    private const int NxDomain = 3;
    private const string Top = "bench";

    private readonly ConcurrentDictionary<(string Name, ushort Type), StoredAnswer> _answers = new();
    private readonly int _rounds;

    private SignedTree(int rounds, CancellationToken stop)
    {
        _rounds = rounds;
        using var root = new SigningZone("", isRsa: false);
        using var top = new SigningZone(Top, isRsa: false);
        _answers[("", RecordOctets.Dnskey)] = root.Keys;
        Delegate(root, top);
        Sign(top, Ecdsa, (rounds * Ecdsa.Questions) + InCache, stop);
        Sign(top, Rsa, rounds * Rsa.Questions, stop);
        SignZones(top, rounds * Zones.Questions, stop);
        var digest = root.Digest;
        Anchor = $"{(digest[0] << 8) | digest[1]} {digest[2]} {digest[3]} {Convert.ToHexString(digest.AsSpan(4))}";
    }

    private static ColdKind Ecdsa { get; } = new("ECDSA P-256", "e", 3_000, 0.8, 0.6);

    private static ColdKind Rsa { get; } = new("RSA 2048", "r", 1_600, 0.8, 0.6);

    private static ColdKind Zones { get; } = new("each in a zone of its own", "d", 600, null, null);

    /// <summary>What is asked cold.</summary>
    public static IReadOnlyList<ColdKind> Kinds { get; } = [Ecdsa, Rsa, Zones];

    /// <summary>DS of the root: key tag, algorithm, digest type, digest.</summary>
    public string Anchor { get; }

    /// <param name="rounds">In each, every question is new.</param>
    /// <param name="stop">Ends the work early.</param>
    public static SignedTree Make(int rounds, CancellationToken stop) => new(rounds, stop);

    public StoredAnswer? Find(string foldedName, ushort type) => _answers.GetValueOrDefault((foldedName, type));

    /// <summary>Names that exist, and that no cold question asks for.</summary>
    public Workload Cached(bool isSecure) => new(
        "validated answers from the cache",
        [.. Enumerable.Range(_rounds * Ecdsa.Questions, InCache).Where(Exists).Select(i => Ask(Ecdsa, i).AskingForAuthenticity(isSecure))]);

    /// <summary>The questions of one round.</summary>
    public static Workload Cold(ColdKind kind, int round) => new(
        $"cold validated answers, {kind.Title}",
        [.. Enumerable.Range(round * kind.Questions, kind.Questions).Select(i => Ask(kind, i).AskingForAuthenticity(isSecure: true))]);

    private static Question Ask(ColdKind kind, int index) => kind == Zones
        ? QuestionWriter.Write($"www.{Zones.Letter}{index:D6}.{Top}", RecordOctets.A, 0, Workload.ForeignAddress(index))
        : QuestionWriter.Write($"{Label(index, Exists(index))}.{Zone(kind, index % ZonesOfKind)}", RecordOctets.A, Exists(index) ? 0 : NxDomain, Exists(index) ? Workload.ForeignAddress(index) : null);

    // Eight zones in turn, and of four questions of each zone one for a name that is not there.
    private static bool Exists(int index) => index / ZonesOfKind % 4 != 3;

    // "…a" exists or would; "…b" is behind it, and before the next.
    private static string Label(int index, bool exists) => $"n{index:D6}{(exists ? 'a' : 'b')}";

    private static string Zone(ColdKind kind, int number) => $"{kind.Letter}{number:D2}.{Top}";

    private void Sign(SigningZone top, ColdKind kind, int names, CancellationToken stop) => Parallel.For(0, ZonesOfKind, Options(stop), number =>
    {
        using var zone = new SigningZone(Zone(kind, number), isRsa: kind == Rsa);
        lock (top)
            Delegate(top, zone);
        var first = RecordOctets.Name($"{Label(number, exists: true)}.{zone.Name}");
        for (var index = number; index < names; index += ZonesOfKind)
        {
            stop.ThrowIfCancellationRequested();
            var name = $"{Label(index, Exists(index))}.{zone.Name}";
            var wire = RecordOctets.Name(name);
            _answers[(name, RecordOctets.A)] = Exists(index)
                ? zone.Positive(wire, RecordOctets.A, Workload.ForeignAddress(index).GetAddressBytes())
                : zone.NoName(wire, RecordOctets.Name($"{Label(index, exists: true)}.{zone.Name}"), RecordOctets.Name($"{Label(index + ZonesOfKind, exists: true)}.{zone.Name}"), first);
        }
    });

    private void SignZones(SigningZone top, int zones, CancellationToken stop) => Parallel.For(0, zones, Options(stop), index =>
    {
        using var zone = new SigningZone($"{Zones.Letter}{index:D6}.{Top}", isRsa: false);
        lock (top)
            Delegate(top, zone);
        _answers[($"www.{zone.Name}", RecordOctets.A)] = zone.Positive(RecordOctets.Name($"www.{zone.Name}"), RecordOctets.A, Workload.ForeignAddress(index).GetAddressBytes());
    });

    private void Delegate(SigningZone above, SigningZone zone)
    {
        _answers[(zone.Name, RecordOctets.Ds)] = above.Positive(zone.Wire, RecordOctets.Ds, zone.Digest);
        _answers[(zone.Name, RecordOctets.Dnskey)] = zone.Keys;
    }

    private static ParallelOptions Options(CancellationToken stop) => new() { CancellationToken = stop };
}

/// <param name="Title">For a person.</param>
/// <param name="Letter">Its zones' names begin with it.</param>
/// <param name="Questions">Of one round; all new.</param>
/// <param name="BesideUnbound">Most that ours may take of Unbound's time; null when there is no target.</param>
/// <param name="BesideBind">Likewise.</param>
internal sealed record ColdKind(string Title, string Letter, int Questions, double? BesideUnbound, double? BesideBind);
