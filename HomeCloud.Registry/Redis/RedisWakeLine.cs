using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Net.Addresses;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// Calls over a channel of Redis: every process hears them, the one that answers for the owner wakes the server and says so on the
/// same channel. Without Redis nobody hears, and the caller is told so at once.
/// </summary>
internal sealed partial class RedisWakeLine(TimeProvider time, ILogger logger) : IWakeLine
{
    /// <summary>A server may take so long to start; who waits for it has gone long before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Any caller that writes into this Redis can write anything.</summary>
    private const int LongestMessage = 4096;
    private const int MostAnswering = 256;

    private readonly LocalWakeLine _here = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string?>> _waiting = new(StringComparer.Ordinal);
    private volatile Func<string, Task>? _publish;
    private int _answering;

    public void Answer(string owner, Func<WakeCall, Task<string?>> answer) => _here.Answer(owner, answer);

    public async Task<string?> CallAsync(WakeCall call, CancellationToken cancellationToken)
    {
        if (_here.Has(call.Owner))
            return await _here.CallAsync(call, cancellationToken).ConfigureAwait(false);
        if (_publish is not { } publish)
            return "Redis cannot be reached, so its agent is not told";
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var answered = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answered;
        try
        {
            await publish(JsonSerializer.Serialize(new Message { Call = id, Owner = call.Owner, Name = call.Name, Client = call.Client.ToString(), Question = call.Question }, MessageJson.Default.Message)).ConfigureAwait(false);
            return await answered.Task.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its agent did not answer within {Patience.TotalSeconds} s");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (RegistryUnavailableException exception)
        {
            return exception.Message;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>From here on calls go out by <paramref name="publish"/>; null while there is no connection.</summary>
    public void Connected(Func<string, Task>? publish) => _publish = publish;

    /// <summary>Something came over the channel.</summary>
    public void Heard(string text)
    {
        if (text.Length is 0 or > LongestMessage || Read(text) is not { } message)
            return;
        if (message.Ended is { } ended)
        {
            if (_waiting.TryGetValue(ended, out var waiting))
                waiting.TrySetResult(message.Problem);
        }
        else if (message is { Call: { } id, Owner: { } owner, Name: { } name, Client: { } client } && _here.Has(owner) && AddressText.TryParse(client, out var address)
            && NameRules.Check(name) is null)
        {
            // A flood of calls is answered as far as it can be; single flight makes most of them cheap.
            if (Interlocked.Increment(ref _answering) <= MostAnswering)
                _ = AnswerAsync(id, new WakeCall(owner, name, address, message.Question is { Length: <= 16 } question ? question : "?"));
            else
                Interlocked.Decrement(ref _answering);
        }
    }

    private async Task AnswerAsync(string id, WakeCall call)
    {
        try
        {
            var problem = await _here.CallAsync(call, CancellationToken.None).ConfigureAwait(false);
            if (_publish is { } publish)
                await publish(JsonSerializer.Serialize(new Message { Ended = id, Problem = problem }, MessageJson.Default.Message)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogUnanswered(call.Name, exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _answering);
        }
    }

    private static Message? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, MessageJson.Default.Message);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis: a call for {Name} could not be answered: {Reason}")]
    private partial void LogUnanswered(string name, string reason);

    /// <summary>A call, or the end of one.</summary>
    internal sealed class Message
    {
        public string? Call { get; set; }

        public string? Owner { get; set; }

        public string? Name { get; set; }

        public string? Client { get; set; }

        public string? Question { get; set; }

        /// <summary>The call that has ended.</summary>
        public string? Ended { get; set; }

        public string? Problem { get; set; }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(Message))]
    private sealed partial class MessageJson : JsonSerializerContext;
}
