using System.Collections.Concurrent;
using System.Security.Cryptography;
using HomeCloud.Registry.Journals;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Redis;

/// <summary>
/// Questions over a channel that DNS servers listen to, answers over one of the process that asked. Redis stores neither. While no
/// page is open, only the alarms ask.
/// </summary>
internal sealed partial class RedisJournalLine(RedisKeys keys, TimeProvider time, ILogger logger) : IJournalLine
{
    private const string NoRedis = "Redis cannot be reached";

    /// <summary>More than a home has.</summary>
    private const int MostServers = 32;

    /// <summary>Each reads files: more at once help nobody.</summary>
    private const int MostAnswering = 4;

    /// <summary>A page waits so long for one that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>One that is silent for longer is no part of the home any more.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly string _session = NewId();
    private readonly LocalJournalLine _here = new();
    private readonly ConcurrentDictionary<string, Collecting> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _known = new(StringComparer.Ordinal);
    private readonly OnceEach _questions = new();
    private readonly OnceEach _answers = new();
    private volatile RedisConnection? _connection;
    private int _answering;
    private int _isFailing;

    public void Answer(IDnsJournal journal)
    {
        _here.Answer(journal);
        if (_connection is { } connection)
            _ = HearQuestionsAsync(connection);
    }

    public async Task<IReadOnlyList<JournalReport>> AskAsync(JournalInquiry inquiry, CancellationToken cancellationToken)
    {
        var asked = AskOthersAsync(inquiry, cancellationToken);
        var here = await _here.AskAsync(inquiry, cancellationToken).ConfigureAwait(false);
        var (others, problem) = await asked.ConfigureAwait(false);
        foreach (var report in others)
            Remember(report.Server);
        var silent = _known.Where(known => time.GetElapsedTime(known.Value) < Remembered).Select(known => known.Key)
            .Except(here.Concat(others).Select(report => report.Server)).Select(server => new JournalReport(server, problem));
        return [.. here.Concat(others).Concat(silent).OrderBy(report => report.Server, StringComparer.Ordinal)];
    }

    /// <summary>There is a connection now, or none any more. What is subscribed anew costs nothing while nobody asks.</summary>
    /// <exception cref="RegistryUnavailableException">Redis did not answer in time, or refused.</exception>
    public async Task ConnectedAsync(RedisConnection? connection)
    {
        _connection = connection;
        if (connection is not null && _here.Journal is not null)
            await HearAsync(connection).ConfigureAwait(false);
    }

    private async Task<(IReadOnlyList<JournalReport> Reports, string Problem)> AskOthersAsync(JournalInquiry inquiry, CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
            return ([], NoRedis);
        var id = NewId();
        var collecting = _waiting[id] = new Collecting();
        try
        {
            // From the first question on.
            await _answers.OnAsync(connection, () => connection.SubscribeAsync(keys.JournalOf(_session), HeardAnswer)).ConfigureAwait(false);
            var receivers = await connection.PublishAsync(keys.Journals, JournalMessages.Write(new InquiryMessage(id, _session, inquiry))).ConfigureAwait(false);
            // We hear our own question, and do not answer it.
            collecting.Expect((int)Math.Min(receivers, MostServers) - (_here.Journal is null ? 0 : 1));
            await collecting.IsComplete.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Those that answered are there.
        }
        catch (RegistryUnavailableException)
        {
            return ([], NoRedis);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }

        return (collecting.Reports, "it does not answer");
    }

    private async Task HearQuestionsAsync(RedisConnection connection)
    {
        try
        {
            await HearAsync(connection).ConfigureAwait(false);
        }
        catch (RegistryUnavailableException)
        {
            // The next connection listens from its start on.
        }
    }

    private Task HearAsync(RedisConnection connection) => _questions.OnAsync(connection, () => connection.SubscribeAsync(keys.Journals, HeardQuestion));

    private void HeardAnswer(string text)
    {
        // Reading is what costs.
        if (!_waiting.IsEmpty && JournalMessages.ReadReport(text) is { } message && _waiting.TryGetValue(message.Id, out var collecting))
            collecting.Add(message.Report, MostServers);
    }

    private void HeardQuestion(string text)
    {
        if (JournalMessages.ReadInquiry(text) is not { } message || message.From == _session || _here.Journal is not { } journal)
            return;
        if (Interlocked.Increment(ref _answering) <= MostAnswering)
            _ = Task.Run(() => AnswerAsync(message, journal));
        else
            Interlocked.Decrement(ref _answering);
    }

    private async Task AnswerAsync(InquiryMessage message, IDnsJournal journal)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            var report = message.Inquiry.AskOf(journal, patience.Token);
            if (_connection is { } connection)
                await connection.PublishAsync(keys.JournalOf(message.From), JournalMessages.Write(new ReportMessage(message.Id, report))).ConfigureAwait(false);
            Volatile.Write(ref _isFailing, 0);
        }
        catch (Exception exception)
        {
            // An open page asks every few seconds.
            if (Interlocked.Exchange(ref _isFailing, 1) == 0)
                LogUnanswered(exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _answering);
        }
    }

    private void Remember(string server)
    {
        foreach (var (known, at) in _known)
        {
            if (time.GetElapsedTime(at) >= Remembered)
                _known.TryRemove(known, out _);
        }

        if (_known.Count < MostServers || _known.ContainsKey(server))
            _known[server] = time.GetTimestamp();
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    [LoggerMessage(LogLevel.Warning, "Redis: a page that asked for DNS figures could not be answered: {Reason}. Not logged again before one is.")]
    private partial void LogUnanswered(string reason);

    /// <summary>Subscribed twice on one connection, everything would come twice.</summary>
    private sealed class OnceEach
    {
        private readonly Lock _lock = new();
        private RedisConnection? _on;
        private Task _subscribing = Task.CompletedTask;

        public Task OnAsync(RedisConnection connection, Func<Task> subscribe)
        {
            lock (_lock)
            {
                if (!ReferenceEquals(_on, connection))
                    (_on, _subscribing) = (connection, subscribe());
                return _subscribing;
            }
        }
    }

    /// <summary>Answers to one question.</summary>
    private sealed class Collecting
    {
        private readonly Lock _lock = new();
        private readonly List<JournalReport> _reports = [];
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _expected = int.MaxValue;

        public Task IsComplete => _complete.Task;

        public IReadOnlyList<JournalReport> Reports
        {
            get
            {
                lock (_lock)
                    return [.. _reports];
            }
        }

        public void Expect(int count)
        {
            lock (_lock)
            {
                _expected = count;
                CompleteLocked();
            }
        }

        public void Add(JournalReport report, int most)
        {
            lock (_lock)
            {
                if (_reports.Count < most)
                    _reports.Add(report);
                CompleteLocked();
            }
        }

        private void CompleteLocked()
        {
            if (_reports.Count >= _expected)
                _complete.TrySetResult();
        }
    }
}
