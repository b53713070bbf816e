using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Localization;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Dns.Blocking;

/// <summary>
/// One list: the copy in use, how it is renewed, and what went wrong last. A new version takes the old one's place whole, or not
/// at all. It is renewed by one task at a time.
/// </summary>
internal sealed partial class FollowedList : IDisposable
{
    /// <summary>A list that shrinks below half of what it was is suspect, unless it is short.</summary>
    private const int FewNames = 20;

    private readonly string _directory;
    private readonly ListFetcher? _fetcher;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private (long Length, DateTime Written) _seen;
    private int _looks;

    public FollowedList(string name, string source, string directory, ListFetcher? fetcher, TimeProvider time, ILogger log)
    {
        (Name, Source, _directory, _fetcher, _time, _log) = (name, source, directory, fetcher, time, log);
        IsOnTheWeb = source.Contains("://", StringComparison.Ordinal);
    }

    public string Name { get; }

    public string Source { get; }

    public bool IsOnTheWeb { get; }

    /// <summary>Null before the first good copy.</summary>
    public LoadedList? Current { get; private set; }

    /// <summary>Why it could not be renewed the last time; null when it could.</summary>
    public Phrase? Problem { get; private set; }

    /// <summary>When its source was last seen to say what is in use.</summary>
    public DateTimeOffset? Checked { get; private set; }

    private string Compiled => Path.Combine(_directory, Name + ".rules");

    private string Candidate => Path.Combine(_directory, Name + ".new");

    /// <summary>Where the text of the copy in use stands.</summary>
    public string Text => IsOnTheWeb ? Path.Combine(_directory, Name + ".txt") : Source;

    public void Dispose() => _turn.Dispose();

    /// <summary>Takes the copy of the last run.</summary>
    /// <returns>False when there is none.</returns>
    public bool LoadKept()
    {
        Current = CompiledList.TryRead(Compiled, Name, Source);
        if (Current is null)
            return false;
        LogKept(Name, Current.Table.Blocked, Current.Fetched);
        if (IsOnTheWeb && File.Exists(Compiled))
            Checked = File.GetLastWriteTimeUtc(Compiled);
        return true;
    }

    /// <summary>Looks whether the source says something else now, and takes it.</summary>
    /// <param name="force">A person wants it: also what shrank.</param>
    /// <returns>True when other rules are in use than before.</returns>
    public async Task<bool> UpdateAsync(bool force, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var before = Current;
            await (IsOnTheWeb ? FetchAsync(force, cancellation) : ReadFileAsync(force, cancellation));
            Problem = null;
            Checked = _time.GetUtcNow();
            return before != Current;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ListRefusedException or HttpRequestException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Phrase why = problem is OperationCanceledException ? "it took too long" : ReasonOf(problem);
            if (!why.Equals(Problem))
                LogRefused(Name, Source, $"{why.Part}", Current is null ? "nothing is blocked by it" : "the last good copy stays in use");
            Problem = why;
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static Phrase ReasonOf(Exception problem) => problem switch
    {
        ListRefusedException refused => refused.Why,
        FileNotFoundException => "the file does not exist",
        HttpRequestException { InnerException: { } inner } => (Phrase)$"{problem.Message} {inner.Message}",
        _ => problem.Message,
    };

    private async Task FetchAsync(bool force, CancellationToken cancellation)
    {
        if (_fetcher is null)
            throw new ListRefusedException("this server cannot fetch lists");
        var fetched = await _fetcher.FetchAsync(Source, Current?.ETag ?? "", Current?.LastModified ?? "", Candidate, cancellation);
        if (fetched is null)
        {
            // The same version still: the time of the copy says when that was last known.
            File.SetLastWriteTimeUtc(Compiled, _time.GetUtcNow().UtcDateTime);
            return;
        }

        try
        {
            await TakeAsync(Candidate, fetched.Value.ETag, fetched.Value.LastModified, force, cancellation);
            File.Move(Candidate, Text, overwrite: true);
        }
        finally
        {
            File.Delete(Candidate);
        }
    }

    // Its content alone tells of a change; looking at all of it is left out where length and time are the same, but for now and then.
    private async Task ReadFileAsync(bool force, CancellationToken cancellation)
    {
        const int LooksBetweenReadings = 30;
        if (!File.Exists(Source))
            throw new FileNotFoundException("the file does not exist");
        var file = File.ResolveLinkTarget(Source, returnFinalTarget: true) as FileInfo ?? new FileInfo(Source);
        var now = (file.Length, file.LastWriteTimeUtc);
        if (!force && Problem is null && now == _seen && ++_looks % LooksBetweenReadings != 0)
            return;
        if (Current is not null)
        {
            var digest = await OnOwnThread(() => Digest(Source)).WaitAsync(cancellation);
            if (digest == Current.Digest)
            {
                _seen = now;
                return;
            }
        }

        await TakeAsync(Source, "", "", force, cancellation);
        _seen = now;
    }

    private async Task TakeAsync(string path, string etag, string modified, bool force, CancellationToken cancellation)
    {
        var content = await OnOwnThread(() => Read(path)).WaitAsync(cancellation);
        Refuse(content, force);
        var list = new LoadedList(Name, Source, content.Table, content.Digest, _time.GetUtcNow(), etag, modified, Current?.Hits ?? new BlockCounter(Name));
        try
        {
            await OnOwnThread(() => CompiledList.Write(Compiled, list, NewPace())).WaitAsync(cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It is used anyway; the next start reads it again.
            LogNotKept(Name, problem.Message);
        }

        Current = list;
        LogTaken(Name, content.Table.Blocked, content.Understood, content.LeftOut, content.Unknown);
    }

    private void Refuse(ListContent content, bool force)
    {
        if (content.Problem != ListProblem.None)
        {
            throw new ListRefusedException(content.Problem switch
            {
                ListProblem.WebPage => "it is a web page, not a list: is a sign-in needed, or is this the wrong address?",
                ListProblem.Json => "it is JSON, not a list",
                _ => (Phrase)$"it is longer than {ListReader.MaxOctets >> 20} MiB or {ListReader.MaxNames} names",
            });
        }

        var names = content.Table.Count;
        if (names == 0 && (IsOnTheWeb || content.Unknown + content.LeftOut > 0))
            throw new ListRefusedException($"it has no name that can be blocked ({content.Unknown} lines are no rules, {content.LeftOut} are for browsers only)");
        if (content.Unknown > content.Understood)
            throw new ListRefusedException($"most of its lines are no rules ({content.Unknown} of {content.Unknown + content.Understood + content.LeftOut}): is it a list of names?");
        if (!force && Current is { } before && before.Table.Count >= FewNames && names < before.Table.Count / 2)
            throw new ListRefusedException($"it shrank from {before.Table.Count} to {names} names; if that is right, take it with: homecloud block update {Name}");
    }

    private static Task OnOwnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> OnOwnThread<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // A second of a processor for a million names; answers come first. Before the first look at a file nobody is answered yet.
    private Pace? NewPace() => Checked is not null || IsOnTheWeb ? new Pace(_time, () => Environment.CpuUsage.TotalTime, Thread.Sleep) : null;

    private ListContent Read(string path)
    {
        using var file = Open(path);
        var pace = NewPace();
        using Stream stream = pace is null ? file : new UnhurriedStream(file, pace);
        return ListReader.Read(stream, stream.CanSeek ? stream.Length : 0, pace);
    }

    private ulong Digest(string path)
    {
        using var file = Open(path);
        using Stream stream = NewPace() is { } pace ? new UnhurriedStream(file, pace) : file;
        return ListReader.Digest(stream);
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);

    [LoggerMessage(LogLevel.Information, "Block list {List}: {Count} names, from the copy of {Time}.")]
    private partial void LogKept(string list, int count, DateTimeOffset time);

    [LoggerMessage(LogLevel.Information, "Block list {List}: {Count} names, from {Understood} lines; {LeftOut} lines are for browsers only, {Unknown} are no rules.")]
    private partial void LogTaken(string list, int count, int understood, int leftOut, int unknown);

    [LoggerMessage(LogLevel.Warning, "Block list {List}: {Source} is refused: {Reason}; {Consequence}.")]
    private partial void LogRefused(string list, string source, string reason, string consequence);

    [LoggerMessage(LogLevel.Warning, "Block list {List}: in use, but not kept for the next start: {Reason}")]
    private partial void LogNotKept(string list, string reason);
}

/// <summary>What came is not a list that can take the place of the one in use.</summary>
internal sealed class ListRefusedException(Phrase why) : Exception(why.ToString())
{
    public Phrase Why => why;
}
