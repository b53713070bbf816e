using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>The keys that are believed from the start: those of the root as IANA publishes them, and those of a file.</summary>
internal sealed class TrustAnchors : IAnchors
{
    // https://data.iana.org/root-anchors/root-anchors.xml: KSK-2017 and KSK-2024.
    private static readonly string[] RootKeys =
    [
        ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
        ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
    ];

    private readonly Dictionary<string, TrustAnchor> _anchors = new(StringComparer.Ordinal);

    private TrustAnchors()
    {
    }

    /// <summary>The built-in keys of the root.</summary>
    public static TrustAnchors Root { get; } = Read(RootKeys, out _)!;

    /// <summary>Whether the root's keys are those of this program, and not of a file.</summary>
    public bool HasBuiltInRoot => ReferenceEquals(_anchors[NameKey.Of(DnsName.Root)], Root._anchors[NameKey.Of(DnsName.Root)]);

    /// <summary>The zones that have one.</summary>
    public IEnumerable<TrustAnchor> All => _anchors.Values;

    /// <summary>Keys of a file; those of the root take the place of the built-in ones.</summary>
    /// <param name="lines">DS or DNSKEY records as in a zone file, one a line.</param>
    /// <param name="problem">What is wrong with which line; null when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TrustAnchors? Read(IEnumerable<string> lines, out string? problem)
    {
        var anchors = new TrustAnchors();
        problem = null;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if ((problem = TrustAnchorLine.Read(line, out var zone, out var signer, out var key)) is not null)
            {
                problem = $"line {number}: {problem}";
                return null;
            }

            if (zone is null)
                continue;
            if (!anchors._anchors.TryGetValue(NameKey.Of(zone), out var anchor))
                anchors._anchors[NameKey.Of(zone)] = anchor = new TrustAnchor(zone);
            if (signer is not null)
                anchor.Signers.Add(signer);
            if (key is not null)
                anchor.Keys.Add(key);
        }

        if (anchors._anchors.Count > 0)
            return anchors.WithRoot();
        problem = "it has no DS or DNSKEY record";
        return null;
    }

    TrustAnchors IAnchors.Current => this;

    /// <summary>The same with other keys of the root.</summary>
    public TrustAnchors WithRoot(IReadOnlyList<DelegationSigner> signers, IReadOnlyList<ZoneKey> keys)
    {
        var changed = new TrustAnchors();
        foreach (var (zone, anchor) in _anchors)
            changed._anchors[zone] = anchor;
        var root = new TrustAnchor(DnsName.Root.ToArray());
        root.Signers.AddRange(signers);
        root.Keys.AddRange(keys);
        changed._anchors[NameKey.Of(DnsName.Root)] = root;
        return changed;
    }

    /// <summary>Keys that are named by hand are those that are meant: nobody follows them.</summary>
    void IAnchors.SeeRevoked(byte[] zone, SignedSet keys, uint now)
    {
    }

    void IAnchors.SeeValid(byte[] zone, SignedSet keys)
    {
    }

    /// <summary>The anchor closest above a name.</summary>
    public TrustAnchor Find(ReadOnlySpan<byte> foldedName)
    {
        while (true)
        {
            if (_anchors.TryGetValue(NameKey.Of(foldedName), out var anchor))
                return anchor;
            foldedName = DnsName.Parent(foldedName);
        }
    }

    private TrustAnchors WithRoot()
    {
        if (!_anchors.ContainsKey(NameKey.Of(DnsName.Root)))
            _anchors[NameKey.Of(DnsName.Root)] = Root._anchors[NameKey.Of(DnsName.Root)];
        return this;
    }
}

/// <summary>What is believed of one zone.</summary>
internal sealed class TrustAnchor(byte[] zone)
{
    /// <summary>Folded.</summary>
    public byte[] Zone { get; } = zone;

    public List<DelegationSigner> Signers { get; } = [];

    public List<ZoneKey> Keys { get; } = [];

    public bool Matches(ZoneKey key) => Signers.Exists(signer => signer.Matches(Zone, key)) || Keys.Exists(known => known.Data.SequenceEqual(key.Data));
}
