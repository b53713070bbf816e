using System.Globalization;
using System.Net.WebSockets;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Terminals;

/// <summary>
/// Shells for pages: who may open one, how many there are, and who opened which when. What is typed and shown passes through and is
/// kept nowhere.
/// </summary>
internal sealed partial class TerminalDesk(
    IServerEngine engine, ServerKeeper servers, HistoryLog history, WebOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<TerminalDesk> logger)
{
    /// <summary>Of one session or token.</summary>
    public const int MostOfOne = 4;

    public const int Most = 16;

    /// <summary>Nothing typed for so long: nobody is there any more. An open shell keeps its server awake.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <param name="socket">The page's.</param>
    /// <param name="name">The server.</param>
    /// <param name="size">Of the page's window.</param>
    /// <param name="caller">The session or token that it counts for.</param>
    /// <param name="by">For the history.</param>
    /// <param name="catalogue">The language of the page.</param>
    /// <param name="ended">The session or the token has ended.</param>
    public async Task RunAsync(WebSocket socket, string name, TerminalSize size, string caller, string by, Catalogue catalogue, CancellationToken ended)
    {
        var problem = TryEnter(caller);
        if (problem is null)
        {
            try
            {
                problem = await RunAsync(socket, name, size, by, catalogue, ended);
            }
            finally
            {
                Leave(caller);
            }
        }

        if (problem is not null)
            await TerminalLine.CloseAsync(socket, new TerminalNews("problem", problem.Message.In(catalogue), problem.Fix.In(catalogue)));
    }

    private async Task<ServerProblem?> RunAsync(WebSocket socket, string name, TerminalSize size, string by, Catalogue catalogue, CancellationToken ended)
    {
        if (!options.Terminal)
            return new ServerProblem(ProblemCode.TerminalNotAllowed, "Terminals are turned off.", "The agent's option --terminal allows them.");
        var found = await servers.FindAsync(name, ended);
        if (!found.IsSuccess)
            return found.Problem;
        if (ServerKeeper.Protected(found.Value) is { } own)
            return own;
        if (found.Value.Life != ContainerLife.Running || found.Value.Asleep is not null)
            return new ServerProblem(ProblemCode.Busy, $"{found.Value.Name} does not run.", found.Value.Asleep is null ? "Start it first." : "Wake it first.");
        var opened = await engine.OpenTerminalAsync(found.Value.Id, size, ended);
        if (!opened.IsSuccess)
            return opened.Problem;

        var from = time.GetTimestamp();
        history.Add(HistoryKind.TerminalOpened, found.Value.Name, by, opened.Value.Shell);
        LogOpened(found.Value.Name, by);
        Phrase why = "the connection is lost";
        try
        {
            using var line = new TerminalLine(socket, opened.Value, Idle, time);
            why = await line.RunAsync(ended, lifetime.ApplicationStopping);
            await TerminalLine.CloseAsync(socket, new TerminalNews("end", Sentence(why.In(catalogue))));
        }
        catch (WebSocketException)
        {
            // Gone before the first word.
        }
        finally
        {
            await opened.Value.DisposeAsync();
            history.Add(HistoryKind.TerminalClosed, found.Value.Name, by, string.Create(CultureInfo.InvariantCulture, $"after {time.GetElapsedTime(from).TotalMinutes:0} min: {why}"));
            LogClosed(found.Value.Name, by, why.ToString());
        }

        return null;
    }

    private static string Sentence(string part) => char.IsAsciiLetter(part[0]) ? char.ToUpperInvariant(part[0]) + part[1..] + "." : part + "。";

    private ServerProblem? TryEnter(string caller)
    {
        lock (_lock)
        {
            var mine = _open.GetValueOrDefault(caller);
            if (mine >= MostOfOne || _open.Values.Sum() >= Most)
                return new ServerProblem(ProblemCode.Busy, mine >= MostOfOne ? (Phrase)$"{mine} terminals are open already." : $"{Most} terminals are open already, here and elsewhere.", "Close one of them.");
            _open[caller] = mine + 1;
            return null;
        }
    }

    private void Leave(string caller)
    {
        lock (_lock)
        {
            if (--_open[caller] == 0)
                _open.Remove(caller);
        }
    }

    [LoggerMessage(LogLevel.Information, "Terminal of {Server}: opened by {By}")]
    private partial void LogOpened(string server, string by);

    [LoggerMessage(LogLevel.Information, "Terminal of {Server}: closed, opened by {By}: {Reason}")]
    private partial void LogClosed(string server, string by, string reason);
}
