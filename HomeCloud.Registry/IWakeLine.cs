using System.Collections.Concurrent;
using System.Net;

namespace HomeCloud.Registry;

/// <summary>Carries calls for sleeping servers from the DNS server that is asked for a name to the agent whose server it is.</summary>
public interface IWakeLine
{
    /// <summary>Passes a call on.</summary>
    /// <param name="call">Whose, and who calls.</param>
    /// <param name="cancellationToken">The caller waits no longer; the server is still woken.</param>
    /// <returns>Null when the server is there; else why not, in words for a person. Never throws for what is wrong on the way.</returns>
    Task<string?> CallAsync(WakeCall call, CancellationToken cancellationToken);

    /// <summary>Answers the calls for the records of <paramref name="owner"/> from now on. One at a time for each owner in a process.</summary>
    /// <param name="owner">Agent id.</param>
    /// <param name="answer">As <see cref="CallAsync"/> returns it; called concurrently.</param>
    void Answer(string owner, Func<WakeCall, Task<string?>> answer);
}

/// <summary>A device asked for the name of a sleeping server.</summary>
/// <param name="Owner">Of the record.</param>
/// <param name="Name">Of the record, relative to the zone: <c>airplay</c>, <c>*.airplay</c>.</param>
/// <param name="Client">The device.</param>
/// <param name="Question">What it asked: <c>A</c>, <c>AAAA</c>, <c>HTTPS</c>, <c>SRV</c>.</param>
public sealed record WakeCall(string Owner, string Name, IPAddress Client, string Question);

/// <summary>The line within one process.</summary>
public sealed class LocalWakeLine : IWakeLine
{
    private readonly ConcurrentDictionary<string, Func<WakeCall, Task<string?>>> _owners = new(StringComparer.Ordinal);

    public async Task<string?> CallAsync(WakeCall call, CancellationToken cancellationToken)
    {
        if (!_owners.TryGetValue(call.Owner, out var answer))
            return "its agent does not run";
        try
        {
            return await answer(call).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Answer(string owner, Func<WakeCall, Task<string?>> answer) => _owners[owner] = answer;

    internal bool Has(string owner) => _owners.ContainsKey(owner);
}
