namespace HomeCloud.Registry.Journals;

/// <summary>Carries questions from a page to the DNS servers of the home, and back what they tell of themselves.</summary>
public interface IJournalLine
{
    /// <summary>Asks all of them. Never throws for what is wrong on the way.</summary>
    /// <returns>One report of each server that answered, or that was there before and did not, ordered by server.</returns>
    Task<IReadOnlyList<JournalReport>> AskAsync(JournalInquiry inquiry, CancellationToken cancellationToken);

    /// <summary>Answers for the DNS server of this process from now on.</summary>
    void Answer(IDnsJournal journal);
}

/// <summary>What a page wants to know.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Range">For figures and the most frequent.</param>
/// <param name="Limit">At most so many queries, or of each most frequent; 1 to 1000.</param>
/// <param name="Search">Which queries; null: all.</param>
public sealed record JournalInquiry(JournalKind Kind, DnsRange Range = DnsRange.Hour, int Limit = 100, QuerySearch? Search = null)
{
    public const int MostLimit = 1000;

    /// <summary>What <paramref name="journal"/> says to it.</summary>
    public JournalReport AskOf(IDnsJournal journal, CancellationToken cancellationToken)
    {
        var report = new JournalReport(journal.Server);
        return Kind switch
        {
            JournalKind.Statistics => report with { Statistics = journal.Statistics() },
            JournalKind.Figures => report with { Figures = journal.Figures(Range) },
            JournalKind.Top => report with { Top = journal.Top(Range, Limit, cancellationToken) },
            JournalKind.Queries => report with { Queries = journal.Queries(Search ?? new QuerySearch(), Limit, cancellationToken) },
            JournalKind.Upstreams => report with { Upstreams = journal.Upstreams() },
            // Of a newer agent.
            _ => report,
        };
    }
}

public enum JournalKind
{
    Statistics,
    Figures,
    Top,
    Queries,

    /// <summary>A DNS server of an earlier version answers to it with nothing but its name.</summary>
    Upstreams,
}

/// <summary>What one DNS server said; what was not asked for, or is not kept, is null.</summary>
/// <param name="Server">See <see cref="IDnsJournal.Server"/>.</param>
/// <param name="Problem">Why there is nothing, in words for a person.</param>
public sealed record JournalReport(string Server, string? Problem = null)
{
    public DnsStatisticsView? Statistics { get; init; }

    public DnsFiguresView? Figures { get; init; }

    public DnsTopView? Top { get; init; }

    public IReadOnlyList<DnsQueryView>? Queries { get; init; }

    public IReadOnlyList<DnsUpstreamView>? Upstreams { get; init; }
}

/// <summary>The line within one process.</summary>
public sealed class LocalJournalLine : IJournalLine
{
    private volatile IDnsJournal? _journal;

    internal IDnsJournal? Journal => _journal;

    // Kept queries are read from a disk: not on the thread of a request.
    public async Task<IReadOnlyList<JournalReport>> AskAsync(JournalInquiry inquiry, CancellationToken cancellationToken) =>
        _journal is { } journal ? [await Task.Run(() => inquiry.AskOf(journal, cancellationToken), cancellationToken).ConfigureAwait(false)] : [];

    public void Answer(IDnsJournal journal) => _journal = journal;
}
