using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HomeCloud.Tests.Dns.Hosting;

/// <summary>The executable <c>homecloud-dns</c> as a person starts it, with a clean environment of HOMECLOUD_ variables.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task<string> _output;

    private ProgramProcess(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("HOMECLOUD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public static ProgramProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>The same; SIGHUP reaches it, also when who runs the tests (nohup) made it ignored, which is inherited.</summary>
    public static ProgramProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new("env", environment, ["--default-signal=HUP", Path.Combine(AppContext.BaseDirectory, "homecloud-dns"), .. arguments]);

    /// <summary>The same server, built in another way.</summary>
    public static ProgramProcess StartProgram(string program, params string[] arguments) => new(program, new Dictionary<string, string>(), arguments);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>A UDP and TCP port of loopback that nobody holds.</summary>
    public static IPEndPoint FreeEndPoint() => new(IPAddress.Loopback, FreePort.Find());

    /// <summary>Waits for the end by itself.</summary>
    public async Task<(int ExitCode, string Error, string Output)> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, (await _error).TrimEnd(), await _output);
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    public async Task<(int ExitCode, string Error, string Output)> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        return await ExitAsync();
    }

    /// <summary>Asks until an answer to the question comes.</summary>
    public async Task<byte[]> AskAsync(IPEndPoint server, byte[] query)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        var response = new byte[4096];
        while (true)
        {
            deadline.Token.ThrowIfCancellationRequested();
            if (_process.HasExited)
                throw new InvalidOperationException($"homecloud-dns ended: {await _error}");
            try
            {
                socket.Send(query);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
                patience.CancelAfter(TimeSpan.FromMilliseconds(500));
                var length = await socket.ReceiveAsync(response, patience.Token);
                return response[..length];
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Not there yet.
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
