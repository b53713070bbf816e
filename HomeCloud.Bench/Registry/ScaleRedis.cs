using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Bench.Registry;

/// <summary>A redis-server of its own on loopback, with a temporary directory.</summary>
internal sealed class ScaleRedis : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("homecloud-bench-");
    private readonly Process _process;

    public ScaleRedis()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Address = listener.LocalEndpoint.ToString()!;
        }

        var port = Address[(Address.LastIndexOf(':') + 1)..];
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", port, "--dir", _directory.FullName, "--appendonly", "yes", "--save", "", "--logfile", "redis.log"]))!;
    }

    public string Address { get; }

    public string Directory => _directory.FullName;

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
