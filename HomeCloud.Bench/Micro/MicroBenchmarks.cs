using System.CommandLine;
using BenchmarkDotNet.Running;

namespace HomeCloud.Bench.Micro;

/// <summary><c>./bench micro</c>: BenchmarkDotNet's own arguments follow, for instance <c>--filter *Lookup*</c>.</summary>
internal static class MicroBenchmarks
{
    public static Command Create()
    {
        var command = new Command("micro", "Run micro-benchmarks of parsing, lookup, encoding and cache, with allocated bytes.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(parsed =>
        {
            string[] arguments = parsed.UnmatchedTokens.Count > 0 ? [.. parsed.UnmatchedTokens] : ["--filter", "*", "--job", "short"];
            BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(arguments);
        });
        return command;
    }
}
