using System.Net;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Projection;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Serving.Designation;
using HomeCloud.Dns.Transport.Listening;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Machine;
using HomeCloud.Net.Wire;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Dns.Messages;

/// <summary>The whole pipeline over names of a test's choice, without a socket.</summary>
internal sealed class PipelineHarness
{
    /// <summary>What a forwarded query is answered with: the test sees that it left our hands.</summary>
    public const string ForwardedCode = "SERVFAIL";

    private readonly byte[] _buffer = new byte[65535];
    private readonly NoReplies _replies = new();

    public PipelineHarness(Action<ServingOptions>? configure = null, params string[] zones)
    {
        configure?.Invoke(Options);
        var zoneOptions = new ZoneOptions();
        foreach (var zone in zones)
            (zone.Contains('=', StringComparison.Ordinal) ? zoneOptions.DelegatedNames : zoneOptions.Names).Add(zone);
        Options.ZoneFiles.Validate(zoneOptions.EffectiveNames).Should().BeEmpty();
        Catalog = new ZoneCatalog(zoneOptions, Time, address => Access!.IsOfTheHome(ClientAddress.From(address)));
        Projection = new ZoneProjection(Catalog);
        Access = new AccessControl(Options.Access, MachineReading.Nothing);
        Projection.ApplyFiles(Options.ZoneFiles.Content);
        Edns = new EdnsResponder(Options.Edns, Time);
        Designated = new DesignatedResolvers(zoneOptions.EffectiveNames.ToList(), Time);
        Pipeline = PipelineOver(Forwarding);
    }

    public ManualTime Time { get; } = new();

    public ServingOptions Options { get; } = new();

    public ZoneCatalog Catalog { get; }

    public ZoneProjection Projection { get; }

    public AccessControl Access { get; }

    public EdnsResponder Edns { get; }

    /// <summary>Nothing encrypted is served unless a test says so.</summary>
    public DesignatedResolvers Designated { get; }

    public FakeForwarding Forwarding { get; } = new();

    public FakeStatus Status { get; } = new();

    public QueryPipeline Pipeline { get; }

    public ClientAddress Client { get; set; } = ClientAddress.From(IPAddress.Parse("192.168.1.7"));

    public ClientAddress Local { get; set; } = ClientAddress.From(IPAddress.Parse("192.168.1.5"));

    public QueryTransport Transport { get; set; }

    public long Now { get; set; } = Environment.TickCount64;

    /// <summary>The same pipeline, but with another cache and upstream behind it.</summary>
    public QueryPipeline PipelineOver(IForwarding forwarding) => new(Options, Catalog, forwarding, Status, Access, Edns, Time, designated: Designated);

    /// <summary>What this machine's addresses are from now on.</summary>
    public void Machine(MachineReading machine) => new OwnNetworks(new ListenOptions(), Access, Catalog, Projection).Follow(machine);

    public PipelineHarness With(params NameRecord[] records)
    {
        var snapshot = RegistrySnapshot.Empty with { Revision = 1 };
        foreach (var record in records)
            snapshot = snapshot with { Records = snapshot.Records.SetItem(record.Key, record) };
        Projection.Apply(0, new RegistryUpdate(snapshot, default));
        return this;
    }

    public MessageText Ask(string name, RecordType type) => Ask(new QueryBuilder(name, type).Build())!;

    /// <returns>The answer; null when the query was dropped.</returns>
    public MessageText? Ask(byte[] query)
    {
        var disposition = Handle(query, _buffer, out var length);
        return disposition switch
        {
            Disposition.Answered => MessageText.Parse(_buffer.AsSpan(0, length)),
            Disposition.Dropped => null,
            _ => throw new InvalidOperationException("deferred"),
        };
    }

    public Disposition Handle(byte[] query, Span<byte> buffer, out int length)
    {
        query.CopyTo(buffer);
        return Pipeline.Handle(buffer, query.Length, Context(), out length);
    }

    public QueryContext Context() => new()
    {
        Client = Client,
        Local = Local,
        Transport = Transport,
        NowMilliseconds = Now,
        Replies = _replies,
    };

    internal sealed class FakeForwarding : IForwarding
    {
        public List<string> Rules { get; } = [];

        public int Asked { get; private set; }

        public string UpstreamInUse => "tls://9.9.9.9#dns.quad9.net";

        public string ValidationInUse => "off";

        public Disposition Resolve(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context, out int responseLength)
        {
            Asked++;
            MessageHeader.SetFlags(buffer, HeaderFlags.Response | (HeaderFlags)ResponseCode.ServerFailure);
            MessageHeader.SetCounts(buffer, 1, 0, 0, 0);
            responseLength = query.QuestionEnd;
            return Disposition.Answered;
        }

        public bool HasRuleFor(ReadOnlySpan<byte> foldedName, int leastZoneLength = 0)
        {
            foreach (var rule in Rules)
            {
                var zone = DnsName.Parse(rule);
                if (zone.Length > 1 && zone.Length >= leastZoneLength && DnsName.IsAtOrBelow(foldedName, zone))
                    return true;
            }

            return false;
        }
    }

    internal sealed class FakeStatus : IZoneSourceStatus
    {
        public bool IsReady { get; set; } = true;

        public List<string> Sources { get; } = ["a test: connected since 2026-01-01 00:00:00 UTC, 3 names"];

        public IEnumerable<string> Describe() => Sources;
    }

    internal sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class NoReplies : IReplySource
    {
        public IReplyPath CaptureReplyPath() => throw new InvalidOperationException("nothing is answered late here");
    }
}
