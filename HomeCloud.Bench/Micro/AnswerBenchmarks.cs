using BenchmarkDotNet.Attributes;
using HomeCloud.Bench.Load;

namespace HomeCloud.Bench.Micro;

/// <summary>From query bytes to response bytes, without the kernel; allocated bytes must be 0.</summary>
[MemoryDiagnoser]
public class AnswerBenchmarks
{
    private const int NxDomain = 3;

    private static readonly Question Existing = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(7));
    private static readonly Question WithEdns = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.A, 0, Workload.Address(7), edns: true);
    private static readonly Question OfOtherType = QuestionWriter.Write($"{Workload.HostName(7)}.{Workload.Zone}", QuestionWriter.Aaaa, 0, null);
    private static readonly Question Missing = QuestionWriter.Write($"nope.{Workload.Zone}", QuestionWriter.A, NxDomain, null);

    private PipelineFixture _fixture = null!;

    [Params(1_000, 100_000)]
    public int Names { get; set; }

    [GlobalSetup]
    public void Setup() => _fixture = new PipelineFixture(Names);

    [GlobalCleanup]
    public void Cleanup() => _fixture.Dispose();

    [Benchmark]
    public int Parse() => PipelineFixture.Parse(Existing);

    [Benchmark]
    public int Lookup() => (int)_fixture.Lookup(Existing);

    [Benchmark(Baseline = true)]
    public int Hit() => _fixture.Ask(_fixture.Pipeline, Existing);

    [Benchmark]
    public int HitWithEdns() => _fixture.Ask(_fixture.Pipeline, WithEdns);

    [Benchmark]
    public int HitWithMetrics() => _fixture.Ask(_fixture.Observed, Existing);

    [Benchmark]
    public int NoData() => _fixture.Ask(_fixture.Pipeline, OfOtherType);

    [Benchmark]
    public int NameError() => _fixture.Ask(_fixture.Pipeline, Missing);
}
