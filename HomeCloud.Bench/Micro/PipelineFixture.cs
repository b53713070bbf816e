using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Wire;
using HomeCloud.Dns.Zones;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Bench.Micro;

/// <summary>The whole pipeline over the bench's zone, asked without sockets.</summary>
internal sealed class PipelineFixture : IDisposable, IReplySource, IReplyPath
{
    private readonly IHost _host;
    private readonly string _directory = Directory.CreateTempSubdirectory("homecloud-micro-").FullName;
    private readonly byte[] _buffer = new byte[4096];

    public PipelineFixture(int names)
    {
        ZoneFiles.Write(_directory, names);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHomeCloudDns(options =>
        {
            options.Listen.Addresses.Add("127.0.0.1:0");
            options.HostsFiles.Paths.Add(Path.Combine(_directory, ZoneFiles.HostsFile));
            options.Forwarding.Upstreams.Add("127.0.0.1:9");
            options.Serving.RateLimit.PerSecond = 0;
            options.Registry.DataDirectory = _directory;
        });
        _host = builder.Build();
        _host.Start();
        Pipeline = _host.Services.GetRequiredService<QueryPipeline>();
        Observed = _host.Services.GetRequiredService<IQueryHandler>();
        Catalog = _host.Services.GetRequiredService<ZoneCatalog>();
    }

    public QueryPipeline Pipeline { get; }

    /// <summary>The pipeline with the counters in front of it, as transports call it.</summary>
    public IQueryHandler Observed { get; }

    public ZoneCatalog Catalog { get; }

    public int Ask(IQueryHandler handler, Question question)
    {
        question.Wire.CopyTo(_buffer, 0);
        var context = new QueryContext
        {
            Client = ClientAddress.FromIPv4(0x7F000001),
            Local = ClientAddress.FromIPv4(0x7F000001),
            Transport = QueryTransport.Udp,
            NowMilliseconds = Environment.TickCount64,
            Replies = this,
        };
        handler.Handle(_buffer, question.Wire.Length, context, out var length);
        return length;
    }

    public static int Parse(Question question)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return ParsedQuery.TryRead(question.Wire, name, out var query) == QueryParseResult.Query ? query.Name.Length : 0;
    }

    public LookupResult Lookup(Question question) =>
        Catalog.Lookup(question.Wire.AsSpan(Question.HeaderSize, question.QuestionLength - 4), RecordType.A, out _);

    public IReplyPath CaptureReplyPath() => this;

    public void Send(ReadOnlySpan<byte> response)
    {
        // Nobody waits for it.
    }

    public void Abandon()
    {
        // Nobody waits for it.
    }

    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
