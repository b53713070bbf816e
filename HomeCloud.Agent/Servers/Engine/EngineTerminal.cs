using System.Globalization;
using Docker.DotNet.Models;
using HomeCloud.Agent.Docker;

namespace HomeCloud.Agent.Servers.Engine;

/// <summary>
/// A shell by the engine's exec. An engine does not end it when the connection goes: it would run for ever, and keep its server awake. So
/// the shell says its process number first, and is hung up by another exec, as a terminal that is closed does.
/// </summary>
internal sealed class EngineTerminal : IEngineTerminal
{
    /// <summary>Which shell there is: prints its name. A box without sh has no test either, so its absence shows in how this ends.</summary>
    private static readonly string[] Which = ["sh", "-c", "if command -v bash >/dev/null 2>&1; then echo bash; else echo sh; fi"];

    private const int LongestGreeting = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Between the hang-up and the kill: as long as a shell may take to write its history.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly EngineClient _docker;
    private readonly string _container;
    private readonly string _exec;
    private readonly Stream _stream;
    private int _process;
    private byte[] _rest = [];
    private bool _hasEnded;

    private EngineTerminal(EngineClient docker, string container, string exec, Stream stream, string shell)
    {
        _docker = docker;
        _container = container;
        _exec = exec;
        _stream = stream;
        Shell = shell;
    }

    public string Shell { get; }

    public static async Task<Outcome<IEngineTerminal>> OpenAsync(EngineClient docker, string container, TerminalSize size, CancellationToken cancellationToken)
    {
        if (await ShellAsync(docker, container, cancellationToken) is not { } shell)
            return new ServerProblem(ProblemCode.InvalidRequest, "The server has neither bash nor sh.", "Images without a shell can only be looked at by their logs.");

        var exec = await MakeAsync(docker, container, ["sh", "-c", $"echo $$; exec {shell}"], isTerminal: true, cancellationToken);
        var stream = await docker.UpgradeAsync($"exec/{Uri.EscapeDataString(exec)}/start", """{"Detach":false,"Tty":true}""", Patience, cancellationToken);
        var terminal = new EngineTerminal(docker, container, exec, stream, shell);
        try
        {
            if (!await terminal.GreetAsync(cancellationToken))
            {
                await terminal.DisposeAsync();
                return new ServerProblem(ProblemCode.EngineRefused, "The shell did not start.", "See docker's log; the server may be short of memory or processes.");
            }

            await terminal.ResizeAsync(size, cancellationToken);
            return Outcomes.Success<IEngineTerminal>(terminal);
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest.Length > 0)
        {
            var count = Math.Min(_rest.Length, buffer.Length);
            _rest.AsSpan(0, count).CopyTo(buffer.Span);
            _rest = _rest[count..];
            return count;
        }

        try
        {
            var read = await _stream.ReadAsync(buffer, cancellationToken);
            _hasEnded |= read == 0;
            return read;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException)
        {
            return 0; // the container was stopped, or the engine went away
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(typed, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException)
        {
            // Reading tells of the end.
        }
    }

    public async Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.AskAsync(
                "POST /exec/resize",
                (d, token) => d.Exec.ResizeExecTtyAsync(_exec, new ContainerResizeParameters { Width = size.Columns, Height = size.Rows }, token),
                cancellationToken);
        }
        catch (DockerException)
        {
            // It has ended, or ends: a size is all that is lost.
        }
    }

    public async Task<int?> ExitCodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var told = await _docker.FindAsync("GET /exec/json", (d, token) => d.Exec.InspectContainerExecAsync(_exec, token), cancellationToken);
            return told is { Running: false } ? (int?)told.ExitCode : null;
        }
        catch (DockerException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_hasEnded && _process > 0)
            await EndAsync();
        await _stream.DisposeAsync();
    }

    /// <summary>Which shell; null when there is none.</summary>
    private static async Task<string?> ShellAsync(EngineClient docker, string container, CancellationToken cancellationToken)
    {
        var exec = await MakeAsync(docker, container, Which, isTerminal: false, cancellationToken);
        try
        {
            var said = (await RunAsync(docker, exec, cancellationToken)).Trim();
            return said is "bash" or "sh" ? said : null;
        }
        catch (EngineRefusedException refused) when (refused.Refusal != EngineRefusal.NotFound)
        {
            return null; // "executable file not found", which engines tell in several ways
        }
    }

    private static async Task<string> MakeAsync(EngineClient docker, string container, IList<string> command, bool isTerminal, CancellationToken cancellationToken) => (await docker.AskAsync(
        "POST /containers/exec",
        (d, token) => d.Exec.CreateContainerExecAsync(
            Uri.EscapeDataString(container),
            new ContainerExecCreateParameters { AttachStdin = isTerminal, AttachStdout = true, AttachStderr = true, TTY = isTerminal, Env = isTerminal ? ["TERM=xterm-256color"] : [], Cmd = command },
            token),
        cancellationToken,
        Patience)).ID;

    private static Task<string> RunAsync(EngineClient docker, string exec, CancellationToken cancellationToken) => docker.AskAsync(
        "POST /exec/start",
        async (d, token) =>
        {
            using var stream = await d.Exec.StartContainerExecAsync(exec, new ContainerExecStartParameters { Detach = false, TTY = false }, token);
            return (await stream.ReadOutputToEndAsync(token).WaitAsync(token)).stdout;
        },
        cancellationToken,
        Patience);

    /// <summary>Reads the first line, the process number. What follows in the same piece is the shell's.</summary>
    private async Task<bool> GreetAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        var told = new List<byte>();
        var buffer = new byte[1024];
        while (told.IndexOf((byte)'\n') < 0 && told.Count < LongestGreeting)
        {
            int count;
            try
            {
                count = await ReadAsync(buffer, deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            if (count == 0)
                return false;
            told.AddRange(buffer.AsSpan(0, count));
        }

        var end = told.IndexOf((byte)'\n');
        _rest = [.. told.Skip(end + 1)];
        return end > 0 && int.TryParse(System.Text.Encoding.ASCII.GetString([.. told.Take(end)]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _process) && _process > 1;
    }

    /// <summary>Hangs up, as the terminal of a person does who goes; what does not go by that is killed.</summary>
    private async Task EndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await SignalAsync("HUP", deadline.Token);
            for (var waited = TimeSpan.Zero; waited < Grace; waited += Look)
            {
                if (await ExitCodeAsync(deadline.Token) is not null)
                    return;
                await Task.Delay(Look, deadline.Token);
            }

            await SignalAsync("KILL", deadline.Token);
        }
        catch (Exception exception) when (exception is DockerException or OperationCanceledException)
        {
            // The container has stopped, and the shell with it; or the engine is away, and nobody can end it.
        }
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken) =>
        await RunAsync(_docker, await MakeAsync(_docker, _container, ["sh", "-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_process}")], isTerminal: false, cancellationToken), cancellationToken);
}
