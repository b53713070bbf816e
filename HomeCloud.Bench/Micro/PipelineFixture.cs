using System.Diagnostics;
using HomeCloud.Bench.Load;
using HomeCloud.Bench.Systems;
using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HomeCloud.Bench.Micro;

/// <summary>The whole pipeline over the bench's zone, asked without sockets.</summary>
internal sealed class PipelineFixture : IDisposable, IReplySource, IReplyPath
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
            options.Forwarding.Upstreams.Add(BenchUpstream.Start().ToString());
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
        handler.Handle(_buffer, question.Wire.Length, Context(), out var length);
        return length;
    }

    /// <summary>Asks for a name of others until it is in the cache.</summary>
    /// <exception cref="TimeoutException">It never was.</exception>
    public void FillCache(Question question)
    {
        var patience = Stopwatch.StartNew();
        while (Ask(Pipeline, question) == 0 || !ResponseCheck.IsRight(_buffer, question))
        {
            if (patience.Elapsed > Patience)
                throw new TimeoutException("the scripted upstream did not answer");
            Thread.Sleep(1);
        }
    }

    public static int Parse(Question question)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        return ParsedQuery.TryRead(question.Wire, name, out var query) == QueryParseResult.Query ? query.Name.Length : 0;
    }

    public LookupResult Lookup(Question question) =>
        Catalog.Lookup(question.Wire.AsSpan(Question.HeaderSize, question.QuestionLength - 4), RecordType.A, out _);

    /// <summary>Parses and looks up once, then writes the answer so many times over the same question.</summary>
    public int Encode(Question question, int times)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        question.Wire.CopyTo(_buffer, 0);
        ParsedQuery.TryRead(_buffer.AsSpan(0, question.Wire.Length), name, out var query);
        var result = Catalog.Lookup(query.Name, query.Type, out var match);
        var context = Context();
        var writer = Pipeline.Authoritative;
        var length = 0;
        for (var i = 0; i < times; i++)
            length += writer.Answer(_buffer, query, context, result, match);
        return length;
    }

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

    private QueryContext Context() => new()
    {
        Client = ClientAddress.FromIPv4(0x7F000001),
        Local = ClientAddress.FromIPv4(0x7F000001),
        Transport = QueryTransport.Udp,
        NowMilliseconds = Environment.TickCount64,
        Replies = this,
    };
}
