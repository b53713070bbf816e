using System.Text.RegularExpressions;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Agent.Web.Texts;

/// <summary>The texts that pages and scripts show, and what in them looks like a text but cannot be translated.</summary>
internal static partial class PageSources
{
    /// <summary>Names, and words that are the same in each language.</summary>
    private static readonly string[] Names =
    [
        "HomeCloud", "DNS", "CPU", "MAC", "ms", "KiB", "MiB", "GiB", "TiB", "Esc", "Tab", "Ctrl", "English", "NOERROR", "NXDOMAIN", "TTL", "TXT", "MX", "SRV", "CAA", "HTTPS", "SSHFP", "AAAA", "CNAME", "GitHub", "GitLab", "Codeberg", "Edg", "Edge", "Opera",
    ];

    /// <summary>Examples of what one types.</summary>
    private static readonly string[] Examples = ["nas", "nas.home", "10 mail.home.", "laptop", "ssh-ed25519 AAAA… you@laptop"];

    private static string Folder(string name) => Path.Combine(Documents.Root(), "HomeCloud.Agent", "Web", name);

    private static IEnumerable<(string File, string Source)> Pages() => Read("Pages", "*Page.cshtml").Concat(Read("Pages", "Shell.cshtml")).Append((nameof(HomeCloud.Agent.Web.Pages.PageFrame), File.ReadAllText(Path.Combine(Folder("Pages"), "PageFrame.cs"))));

    /// <summary>All but xterm.js, which is not ours and shows no text.</summary>
    public static IEnumerable<(string File, string Source)> Scripts() => Read("Assets", "*.js").Where(script => !script.File.StartsWith("xterm", StringComparison.Ordinal));

    /// <summary>Where what the API says stands.</summary>
    public static IEnumerable<string> Programs() =>
        from project in new[] { "HomeCloud.Agent", "HomeCloud.Dns", "HomeCloud.Registry" }
        from file in Directory.EnumerateFiles(Path.Combine(Documents.Root(), project), "*", SearchOption.AllDirectories)
        where file.EndsWith(".cs", StringComparison.Ordinal) || Path.GetFileName(Path.GetDirectoryName(file)) == "Templates"
        select File.ReadAllText(file);

    public static string Manifest => File.ReadAllText(Path.Combine(Folder("Assets"), "app.webmanifest"));

    /// <summary>English text → the file that shows it.</summary>
    public static ILookup<string, string> Texts() =>
        Pages().SelectMany(page => Wrapped().Matches(page.Source).Select(match => (Text: Regex.Unescape(match.Groups[1].Value), page.File)))
            .Concat(Scripts().SelectMany(script => ScriptTexts(script.Source).Select(text => (Text: text, script.File))))
            .Concat(Told().Matches(Manifest).Select(match => (Text: match.Groups[1].Value, File: "app.webmanifest")).Where(told => Bare(told.Text)))
            .ToLookup(found => found.Text, found => found.File);

    public static IEnumerable<string> ScriptTexts(string source) =>
        ScriptText.Literals(source).Where(literal => IsWrapped(literal) && !literal.IsTemplate).Select(literal => literal.Text);

    /// <summary>What stands in a page as it is shown.</summary>
    public static IEnumerable<string> BareInPage(string source)
    {
        var parts = source.Split("@functions {");
        var markup = Wrapped().Replace(parts[0], "");
        foreach (Match shown in ShownAttribute().Matches(markup))
        {
            if (Bare(shown.Groups[1].Value) && !Examples.Contains(shown.Groups[1].Value))
                yield return shown.Value;
        }

        foreach (var text in Expression().Replace(NoText().Replace(markup, "\n"), "\n").Split('\n').Where(Bare))
            yield return text.Trim();
        foreach (Match literal in CodeLiteral().Matches(Wrapped().Replace(string.Concat(parts.Skip(1)), "")))
        {
            if (Bare(literal.Groups[1].Value) && LooksWritten().IsMatch(literal.Groups[1].Value))
                yield return literal.Value;
        }
    }

    /// <summary>What looks like a text for a person in a script; also <c>t()</c> of what is no literal.</summary>
    public static IEnumerable<string> BareInScript(string source) =>
        ScriptText.Literals(source)
            .Where(literal => IsWrapped(literal) ? literal.IsTemplate : Bare(literal.Text) && IsForPeople(literal))
            .Select(literal => literal.Text)
            .Concat(WrappedExpression().Matches(source).Select(match => match.Value));

    public static IEnumerable<string> AllBare() =>
        Pages().Where(page => page.File.EndsWith(".cshtml", StringComparison.Ordinal)).SelectMany(page => BareInPage(page.Source).Select(text => $"{page.File}: {text}"))
            .Concat(Scripts().SelectMany(script => BareInScript(script.Source).Select(text => $"{script.File}: {text}")));

    private static bool IsWrapped(ScriptLiteral literal) => WrapBegin().IsMatch(literal.Before);

    private static bool IsForPeople(ScriptLiteral literal)
    {
        if (literal.After.StartsWith(':') || ForPrograms().IsMatch(literal.Before))
            return false;

        return LooksWritten().IsMatch(literal.Text) || (Word().IsMatch(literal.Text) && Shown().IsMatch(literal.Before));
    }

    private static bool Bare(string text) => Letters().IsMatch(Name().Replace(text, ""));

    private static IEnumerable<(string File, string Source)> Read(string folder, string pattern) =>
        Directory.EnumerateFiles(Folder(folder), pattern).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllText(file)));

    private static Regex Name() => new($@"\b({string.Join('|', Names)})\b");

    [GeneratedRegex(@"(?:@?Model)?(?:\.?Frame)?\.(?:Text|Markup)\(""((?:[^""\\]|\\.)*)""(?:, (?:""[^""]*""|[\w.]+))*\)")]
    private static partial Regex Wrapped();

    [GeneratedRegex(@"""(?:description|name)"": ""([^""]+)""")]
    private static partial Regex Told();

    [GeneratedRegex(@"\b(?:placeholder|aria-label|title|alt)=""([^""]*)""")]
    private static partial Regex ShownAttribute();

    [GeneratedRegex(@"<pre[^>]*>.*?</pre>|<[^>]*>|&\w+;|(?m:^@(?:inherits|implements).*$)")]
    private static partial Regex NoText();

    [GeneratedRegex(@"@(?:if|foreach) \(.*\)|@await \w+\(\)|@\(?[\w.]+|\belse\b")]
    private static partial Regex Expression();

    [GeneratedRegex(@"""((?:[^""\\]|\\.)*)""")]
    private static partial Regex CodeLiteral();

    [GeneratedRegex(@"(?:^|[^\w.$])t\($")]
    private static partial Regex WrapBegin();

    [GeneratedRegex(@"(?<![\w.$])t\((?!['`])[^)]*\)?")]
    private static partial Regex WrappedExpression();

    [GeneratedRegex(@"(?:class(?:Name)?(?:: | = )[^,;]*|[!=]== |matchMedia\(|querySelector(?:All)?\(|closest\(|headers\.get\(|document\.cookie = |fontFamily: |replace\([^)]*)$")]
    private static partial Regex ForPrograms();

    [GeneratedRegex(@"(?:(?:textContent|placeholder|title)(?: = |: )|'aria-label': |\b(?:label|text|unit|failures|doing|done|fix): |\b(?:toast|banner|state|problem|confirm)\()(?:[^;,{}]* [?:] )?$|\bh\('\w+', \{[^{}]*\}, $")]
    private static partial Regex Shown();

    [GeneratedRegex(@"[A-Za-z]{2}[,.:;]? +[a-z]{2}|^[A-Z][a-z]+[ .:]?|[a-z]{2}[.?!]$")]
    private static partial Regex LooksWritten();

    [GeneratedRegex(@"^ ?[a-z]{2,}$")]
    private static partial Regex Word();

    [GeneratedRegex("[A-Za-z]{2}")]
    private static partial Regex Letters();
}
