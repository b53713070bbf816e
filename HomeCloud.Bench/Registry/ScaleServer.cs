using System.Diagnostics;
using System.Net;
using HomeCloud.Bench.Measuring;

namespace HomeCloud.Bench.Registry;

/// <summary>A real <c>homecloud-dns</c> that follows Redis, with an empty data directory.</summary>
internal sealed class ScaleServer : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    /// <param name="program">The homecloud-dns to run.</param>
    /// <param name="redis">Where the names are.</param>
    /// <param name="directory">For its copy of the names.</param>
    /// <param name="listen">Where it answers.</param>
    public ScaleServer(string program, string redis, string directory, IPEndPoint listen)
    {
        EndPoint = listen;
        _process = Process.Start(new ProcessStartInfo(
            Tool.Find(program) ?? throw new InvalidOperationException($"{program} was not found; ./bench builds it, or set it with --server"),
            ["--redis", redis, "--listen", listen.ToString(), "--upstream", "127.0.0.1:9", "--data-dir", directory, "--log-level", "warning", "--rate-limit", "1000000", "--rate-burst", "1000000"]))!;
    }

    public IPEndPoint EndPoint { get; }

    public TimeSpan Cpu => ProcessTree.CpuTime(_process.Id);

    public long MemoryMiB => ProcessTree.Memory(_process.Id, "VmRSS") >> 10;

    /// <summary>Waits until every one of these names is answered as it should be.</summary>
    /// <exception cref="InvalidOperationException">The server ended, or did not load them.</exception>
    public void WaitFor(IEnumerable<Load.Question> names)
    {
        foreach (var name in names)
        {
            if (!FirstAnswer.Wait(EndPoint, name, StartTimeout, () => _process.HasExited))
                throw new InvalidOperationException("homecloud-dns did not load the names from Redis.");
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
