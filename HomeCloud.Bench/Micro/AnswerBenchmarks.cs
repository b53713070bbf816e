using BenchmarkDotNet.Attributes;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Micro;

/// <summary>From query bytes to response bytes, without the kernel; allocated bytes must be 0.</summary>
[MemoryDiagnoser]
public class AnswerBenchmarks
{
    private const int NxDomain = 3;
    private const int Answers = 1_000;

    private static readonly byte[] ClientCookie = [1, 2, 3, 4, 5, 6, 7, 8];

    private static readonly Question Existing = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(7));
    private static readonly Question WithEdns = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(7), edns: true);
    private static readonly Question WithCookie = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(7), edns: true, ClientCookie);
    private static readonly Question OfOtherType = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.Aaaa, 0, null);
    private static readonly Question Missing = QuestionWriter.Write($"nope.{Workload.Zone}", QuestionWriter.A, NxDomain, null);
    private static readonly Question OfOthers = QuestionWriter.Write(Workload.ForeignName(7), QuestionWriter.A, 0, Workload.ForeignAddress(7));

    private PipelineFixture _fixture = null!;

    [Params(1_000, 100_000)]
    public int Names { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _fixture = new PipelineFixture(Names);
        _fixture.FillCache(OfOthers);
    }

    [GlobalCleanup]
    public void Cleanup() => _fixture.Dispose();

    [Benchmark]
    public int Parse() => PipelineFixture.Parse(Existing);

    [Benchmark]
    public int Lookup() => (int)_fixture.Lookup(Existing);

    [Benchmark(OperationsPerInvoke = Answers)]
    public int Encode() => _fixture.Encode(Existing, Answers);

    [Benchmark(Baseline = true)]
    public int Hit() => _fixture.Ask(_fixture.Pipeline, Existing);

    [Benchmark]
    public int HitWithEdns() => _fixture.Ask(_fixture.Pipeline, WithEdns);

    [Benchmark]
    public int HitWithCookie() => _fixture.Ask(_fixture.Pipeline, WithCookie);

    [Benchmark]
    public int HitWithMetrics() => _fixture.Ask(_fixture.Observed, Existing);

    [Benchmark]
    public int NoData() => _fixture.Ask(_fixture.Pipeline, OfOtherType);

    [Benchmark]
    public int NameError() => _fixture.Ask(_fixture.Pipeline, Missing);

    /// <summary>A name of others, from the cache.</summary>
    [Benchmark]
    public int CacheHit() => _fixture.Ask(_fixture.Pipeline, OfOthers);
}
