using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Net.Localization;
using HomeCloud.Registry.Journals;

namespace HomeCloud.Agent.Web.Texts;

/// <summary>
/// Says in another language what was written down in English: the history of earlier versions too, and why a name has no address, which
/// DNS tells as well. What is none of our texts stays as it is: names, values, the engine's words.
/// </summary>
internal sealed class ToldTexts
{
    private const int FewLetters = 6;

    /// <summary>No text of ours is longer. What came from elsewhere may be.</summary>
    private const int LongestText = 2_000;

    private static readonly ToldTexts English = new(Catalogue.English, Catalogue.English);

    /// <summary>Whose last hole has another text of ours in it. In other holes are names, even where they are words of ours.</summary>
    private static readonly string[] Nesting =
    [
        "after {0} min: {1}", "It could not be woken: {0}", "container {0} stopped{1}", "container {0} is not healthy ({1})",
        "container {0} is on network {1} only, not on the LAN{2}", "container {0} is on networks {1} only, none of them on the LAN{2}",
    ];

    private const string Between = "; ";

    private static readonly string[] Servers = ["Redis at ", "Sentinel at ", "Sentinel: ", "upstream "];

    private static volatile ToldTexts? _japanese;

    private readonly Catalogue _told;
    private readonly List<TextMatch> _usual;
    private readonly List<TextMatch> _problems;

    private ToldTexts(Catalogue told, Catalogue answers)
    {
        _told = told;
        _usual = [.. told.Texts.Select(pair => new TextMatch(pair.Key, pair.Value)).OrderBy(match => match.HasHoles)];
        _problems = [.. answers.Texts.Select(pair => new TextMatch(pair.Key, pair.Value)).Where(match => match.Letters >= FewLetters).OrderByDescending(match => match.Letters)];
    }

    /// <param name="answers">Of the reader's language; refusals that were written down are found in it.</param>
    public static ToldTexts For(Catalogue answers) => answers.Language == "ja" ? _japanese ??= new ToldTexts(PageLanguage.Told("ja"), answers) : English;

    public HistoryLine Tell(HistoryLine line) => line with
    {
        // A user's name is one word.
        By = line.By.Contains(' ', StringComparison.Ordinal) ? Tell(line.By) : line.By,
        Detail = line.Kind switch
        {
            // Names, keys and data.
            HistoryKind.TokenMade or HistoryKind.TokenRevoked or HistoryKind.KeyAdded or HistoryKind.KeyRemoved or HistoryKind.NameAdded or HistoryKind.NameRemoved
                or HistoryKind.RecordAdded or HistoryKind.RecordRemoved or HistoryKind.TerminalOpened or HistoryKind.Updated => line.Detail,
            HistoryKind.Created when !line.Detail.Contains(' ', StringComparison.Ordinal) => line.Detail,
            HistoryKind.Changed or HistoryKind.Removed or HistoryKind.Expired => string.Join(_told.Find("; "), line.Detail.Split("; ").Select(Tell)),
            HistoryKind.CreateFailed or HistoryKind.ChangeFailed or HistoryKind.WakeFailed => TellProblem(line.Detail),
            _ => Tell(line.Detail),
        },
    };

    public ServerView Tell(ServerView server) => server.Explanation is { } explanation ? server with { Explanation = Tell(explanation) } : server;

    /// <summary>What DNS servers say travels in English.</summary>
    public DnsStatisticsView Tell(DnsStatisticsView view) => view with
    {
        Upstreams = [.. view.Upstreams.Select(upstream => upstream with { Detail = TellProblem(upstream.Detail) })],
        Servers = Tell(view.Servers),
        Validation = view.Validation is { } validation ? TellProblem(validation) : null,
    };

    public DnsFiguresView Tell(DnsFiguresView view) => view with { Servers = Tell(view.Servers) };

    private IReadOnlyList<DnsServerView> Tell(IReadOnlyList<DnsServerView> servers) =>
        [.. servers.Select(server => server.Problem is { } problem ? server with { Problem = TellProblem(problem) } : server)];

    /// <returns>The same text, if it is none of those that are usually told.</returns>
    public string Tell(string text) => Find(_usual, text, match => Nesting.Contains(match.English) ? TellProblem : inner => inner) ?? text;

    /// <summary>Also what refusals say, one sentence or several, and what is wrong with each of several servers.</summary>
    public string TellProblem(string text) => TryTellProblem(text) ?? text;

    private string? TryTellProblem(string text)
    {
        if (text.Length > LongestText)
            return null;

        // Of several servers at once, each is told by itself.
        if (NextServer(text) is > 0 and var next && TryTellProblem(text[..next]) is { } server)
            return $"{server}。{TellProblem(text[(next + Between.Length)..])}";

        // A reason in a refusal has several words; what has one is a name.
        if ((Find(_usual, text, _ => TellProblem) ?? Find(_problems, text, _ => inner => inner.Contains(' ', StringComparison.Ordinal) ? TellProblem(inner) : inner)) is { } whole)
            return whole;
        for (var at = text.IndexOf(". ", StringComparison.Ordinal); at >= 0; at = text.IndexOf(". ", at + 1, StringComparison.Ordinal))
        {
            if (Find(_problems, text[..(at + 1)], _ => inner => inner) is { } first)
                return first + TellProblem(text[(at + 2)..]);
        }

        return null;
    }

    private static int NextServer(string text) =>
        Servers.Select(server => text.IndexOf(Between + server, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(-1).Min();

    private static string? Find(List<TextMatch> texts, string text, Func<TextMatch, Func<string, string>> fill) =>
        texts.Select(match => match.Tell(text, fill(match))).FirstOrDefault(told => told is not null);
}
