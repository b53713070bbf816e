using System.Net.WebSockets;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Terminals;

/// <summary>One WebSocket with one shell: binary messages are what is typed and what is shown, text messages are JSON beside them.</summary>
internal sealed class TerminalLine(WebSocket socket, IEngineTerminal shell, TimeSpan idle, TimeProvider time) : IDisposable
{
    private const int Piece = 16 << 10;

    /// <summary>So much may be under way to a screen. A shell that says more waits, as it would on a slow line.</summary>
    private const long Window = 512 << 10;

    /// <summary>A browser that takes nothing for so long is gone.</summary>
    private static readonly TimeSpan SendWait = TimeSpan.FromSeconds(30);

    /// <summary>What is being sent when it ends is sent, if it can be.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _idle = new(idle, time);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _room = new(0);
    private long _under;

    public void Dispose()
    {
        _idle.Dispose();
        _stop.Dispose();
        _room.Dispose();
    }

    /// <returns>Why it ended, for the person and the history.</returns>
    public async Task<Phrase> RunAsync(CancellationToken ended, CancellationToken stopping)
    {
        await SendAsync(new TerminalNews("open", shell.Shell).ToUtf8(), WebSocketMessageType.Text);
        using var limits = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, ended, stopping);
        var showing = ShowAsync();
        var typing = TypeAsync();
        var first = await Task.WhenAny(showing, typing, Task.Delay(Timeout.Infinite, limits.Token));
        await _stop.CancelAsync();
        if (first != showing && await Task.WhenAny(showing, Task.Delay(StopWait)) != showing)
            socket.Abort();
        var isOver = limits.IsCancellationRequested;
        await limits.CancelAsync();
        await showing;
        if (first == typing && !isOver)
            return "the page was closed";
        if (first != showing)
            return stopping.IsCancellationRequested ? "the agent stops" : ended.IsCancellationRequested ? "the session has ended" : (Phrase)$"nothing was typed for {idle.TotalMinutes:0} min";

        return await shell.ExitCodeAsync(CancellationToken.None) is { } code ? (Phrase)$"the shell has ended, exit code {code}" : "the shell has ended";
    }

    /// <summary>Says goodbye, as far as the page still listens.</summary>
    public static async Task CloseAsync(WebSocket socket, TerminalNews last)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await socket.SendAsync(last.ToUtf8(), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or InvalidOperationException or IOException)
        {
            socket.Abort();
        }
    }

    private async Task ShowAsync()
    {
        var buffer = new byte[Piece];
        try
        {
            while (await shell.ReadAsync(buffer, _stop.Token) is var count and > 0)
            {
                await SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary);
                Interlocked.Add(ref _under, count);
                while (Interlocked.Read(ref _under) > Window)
                    await _room.WaitAsync(_stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException or IOException)
        {
            // It ends for another reason, which is told.
        }
    }

    private async Task TypeAsync()
    {
        var buffer = new byte[Piece];
        var text = new List<byte>();
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is var got && got.MessageType != WebSocketMessageType.Close)
            {
                var piece = buffer.AsMemory(0, got.Count);
                if (got.MessageType == WebSocketMessageType.Binary)
                {
                    _idle.CancelAfter(idle);
                    await shell.WriteAsync(piece, _stop.Token);
                    continue;
                }

                if (text.Count <= TerminalWish.Longest)
                    text.AddRange(piece.Span);
                if (!got.EndOfMessage)
                    continue;
                var wish = TerminalWish.Read(text.ToArray());
                text.Clear();
                if (wish?.Size is { } size)
                    await shell.ResizeAsync(size, _stop.Token);
                if (wish?.Shown is { } shown and > 0)
                    Shown(shown);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException or IOException)
        {
            // The page is gone.
        }
    }

    /// <summary>No page has shown more than it got.</summary>
    private void Shown(long octets)
    {
        var left = Interlocked.Add(ref _under, -Math.Min(octets, Interlocked.Read(ref _under)));
        if (left <= Window && _room.CurrentCount == 0)
            _room.Release();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type)
    {
        using var deadline = new CancellationTokenSource(SendWait);
        await socket.SendAsync(message, type, endOfMessage: true, deadline.Token);
    }
}
