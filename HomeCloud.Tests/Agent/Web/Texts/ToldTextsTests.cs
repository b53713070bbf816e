using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Net.Localization;
using HomeCloud.Tests.Docs;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HomeCloud.Tests.Agent.Web.Texts;

/// <summary>What stands in a file or in DNS in English is Japanese where a person reads it, and no name or value in it is, even when it is a word of ours.</summary>
public sealed class ToldTextsTests
{
    private static readonly ToldTexts Texts = ToldTexts.For(AnswerLanguage.Texts("ja"));

    [Theory]
    [InlineData(HistoryKind.Changed, "memory 2g; CPUs 1.5; variables A, B; aliases none; removed after 2h; new MAC", "メモリ 2g、CPU 1.5 コア、環境変数 A, B、別名なし、自動削除まで 2h、新しい MAC")]
    [InlineData(HistoryKind.Removed, "killed; its volumes are kept", "強制終了、ボリュームは残しました")]
    [InlineData(HistoryKind.Expired, "with its volumes", "ボリュームも削除しました")]
    [InlineData(HistoryKind.Woken, "A query", "A のクエリ")]
    [InlineData(HistoryKind.Woken, "nas needs it", "nas が必要としているため")]
    [InlineData(HistoryKind.FellAsleep, "by hand", "手動")]
    [InlineData(HistoryKind.FellAsleep, "gave way to killed", "killed にメモリを譲るため")]
    [InlineData(HistoryKind.SleepSet, "never", "自動スリープなし")]
    [InlineData(HistoryKind.Died, "exit code 137", "終了コード 137")]
    [InlineData(HistoryKind.Renamed, "was never", "元の名前は never")]
    [InlineData(HistoryKind.Moved, "from 192.168.1.2 to 192.168.1.3", "192.168.1.2 から 192.168.1.3 へ")]
    [InlineData(HistoryKind.TerminalClosed, "after 3 min: the page was closed", "3 分後: ページが閉じられました")]
    [InlineData(HistoryKind.Created, "debian:13 at 192.168.1.40", "debian:13、192.168.1.40")]
    [InlineData(HistoryKind.Created, "never", "never")]
    [InlineData(HistoryKind.Updated, "killed", "killed")]
    [InlineData(HistoryKind.TokenMade, "killed", "killed")]
    [InlineData(HistoryKind.KeyAdded, "was here", "was here")]
    [InlineData(HistoryKind.RecordAdded, "TXT never", "TXT never")]
    [InlineData(HistoryKind.CreateFailed, "Docker refused: no such thing", "Docker が拒否しました: no such thing")]
    [InlineData(HistoryKind.WakeFailed, "{0} }{ {", "{0} }{ {")]
    [InlineData(HistoryKind.Started, "", "")]
    public void A_detail_of_the_history_is_told_in_Japanese(HistoryKind kind, string english, string japanese) =>
        Texts.Tell(new HistoryLine(DateTimeOffset.UnixEpoch, kind, "airplay", "root", english)).Detail.Should().Be(japanese);

    [Theory]
    [InlineData("web from 192.168.1.20", "192.168.1.20 のブラウザー")]
    [InlineData("token never", "トークン never")]
    [InlineData("killed", "killed")]
    public void Who_did_it_too(string by, string japanese) => Texts.Tell(new HistoryLine(DateTimeOffset.UnixEpoch, HistoryKind.Stopped, "airplay", by)).By.Should().Be(japanese);

    /// <summary>The sentences of a refusal, and what could not be removed after it.</summary>
    [Fact]
    public void A_failure_of_several_sentences_is_told_whole()
    {
        var told = Texts.Tell(new HistoryLine(DateTimeOffset.UnixEpoch, HistoryKind.CreateFailed, "airplay", "root", "The name my box has a character that host names do not allow. Not removed: container airplay")).Detail;
        told.Should().StartWith("名前 my box に、ホスト名に使えない文字があります。").And.Contain("削除できませんでした: container airplay");
    }

    [Theory]
    [InlineData("container web is on network 'bridge' only, not on the LAN", "コンテナ web はネットワーク 'bridge' だけにあり、LAN にはありません")]
    [InlineData("container web is on networks 'a', 'b' only, none of them on the LAN; on the host: 80/tcp", "コンテナ web はネットワーク 'a', 'b' だけにあり、LAN にはありません。ホスト側: 80/tcp")]
    [InlineData("container web is not healthy (health check fails)", "コンテナ web は正常ではありません (ヘルスチェックに失敗)")]
    [InlineData("It could not be woken: Docker refused: killed", "スリープを解除できませんでした: Docker が拒否しました: killed")]
    [InlineData("container vpn stopped (exit code 137, out of memory)", "コンテナ vpn は停止しました (終了コード 137、メモリ不足)")]
    [InlineData("Keeps crashing: exit code 1, last line: container x has no network", "起動に失敗し続けています。終了コード 1、ログの最後の行: container x has no network")]
    public void Why_nobody_reaches_a_server_is_told_in_Japanese(string english, string japanese) => Texts.Tell(english).Should().Be(japanese);

    [Theory]
    [InlineData("The engine at unix:/run/docker.sock is unreachable: the socket does not exist; is the engine running?", "unix:/run/docker.sock のエンジンに接続できません: ソケットがありません。エンジンが起動しているか確認してください")]
    [InlineData("Redis at 192.168.1.9:6379: it is a replica; Redis at [fd00::1]:6379: no answer within 2 s", "Redis (192.168.1.9:6379) を使えません: レプリカです。Redis ([fd00::1]:6379) を使えません: 2 秒以内に応答がありません")]
    [InlineData("Redis at nas:6379: the words of the client", "Redis (nas:6379) を使えません: the words of the client")]
    [InlineData("Redis at nas:6379 refused: OOM command not allowed", "Redis (nas:6379) が拒否しました: OOM command not allowed")]
    [InlineData("Redis at nas:6379 is connected.", "Redis (nas:6379) に接続しています。")]
    [InlineData("Sentinel: Redis at nas:26379: it refused the password; check --redis-password-file, --redis-user and --redis-tls", "Sentinel のエラー: Redis (nas:26379) を使えません: パスワードが拒否されました。--redis-password-file、--redis-user、--redis-tls を確認してください")]
    [InlineData("connection refused", "接続が拒否されました")]
    [InlineData("auto, answers are not validated: upstream 192.168.1.1 strips DNSSEC signatures: leaves DNSSEC questions unanswered", "自動、応答を検証していません: 上流サーバー 192.168.1.1: DNSSEC の署名が取り除かれています: DNSSEC の質問に応答がありません")]
    public void What_is_wrong_with_Redis_the_engine_or_an_upstream_is_told_in_Japanese(string english, string japanese) => ((Phrase)english).In(AnswerLanguage.Texts("ja")).Should().Be(japanese);

    /// <summary>So that a new one is not forgotten.</summary>
    [Theory]
    [InlineData("HomeCloud.Registry/Redis", "RegistryUnavailableException", "RegistryHealth", "Break", "Lost", "Probe", "Answer")]
    [InlineData("HomeCloud.Registry/Storage", "RegistryUnavailableException", "RegistryHealth")]
    [InlineData("HomeCloud.Agent/Docker", "EngineAwayException")]
    [InlineData("HomeCloud.Dns/Forwarding/Channels", "Unreachable", "Close")]
    [InlineData("HomeCloud.Dns/Forwarding/Upstreams", "Suspect", "MarkDown", "Refused")]
    [InlineData("HomeCloud.Dns/Resolving/Ability", "AbilityReport", "No", "Verdict", "Bogus")]
    public void Each_failure_of_what_the_home_needs_is_told(string folder, params string[] calls)
    {
        var texts =
            from source in Sources(folder)
            from call in source.DescendantNodes().Where(node => calls.Contains(Called(node)))
            from text in call.DescendantNodes().OfType<ExpressionSyntax>().Select(Filled)
            where text.Replace("x1", "", StringComparison.Ordinal).Any(char.IsLetter) && text.Contains(' ', StringComparison.Ordinal)
            select text;
        texts.Should().NotBeEmpty();
        texts.Where(text => Texts.TellProblem(text) == text).Distinct().Should().BeEmpty("each needs its line in HomeCloud.Agent/Web/Texts/ja-told.json");
    }

    [Fact]
    public void In_English_all_stays() => ToldTexts.For(Catalogue.English).Tell("its volumes are kept").Should().Be("its volumes are kept");

    /// <summary>Nobody waits for a text of the worst kind: it has the beginning and the parts of many, and the end of none.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_hostile_text_takes_little_time()
    {
        await Task.Yield();
        var hostile = string.Concat(Enumerable.Repeat("container is on network only. Docker refused: . ", 40));
        var began = TimeProvider.System.GetTimestamp();
        Texts.Tell(new HistoryLine(DateTimeOffset.UnixEpoch, HistoryKind.WakeFailed, "airplay", "root", hostile));
        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    /// <summary>So that a new one is not forgotten.</summary>
    [Fact]
    public void Each_reason_why_a_name_has_no_address_is_told()
    {
        var texts = Sources("HomeCloud.Agent/Naming/WhyNoAddress.cs").SelectMany(source => source.DescendantNodes().OfType<InterpolatedStringExpressionSyntax>()).Select(Filled).Where(text => text.StartsWith("container ", StringComparison.Ordinal)).ToList();
        texts.Should().HaveCountGreaterThan(12);
        texts.Where(text => Texts.Tell(text) == text).Should().BeEmpty("each needs its line in HomeCloud.Agent/Web/Texts/ja-told.json");
    }

    /// <summary>Likewise, where it stands in the call that writes it.</summary>
    [Fact]
    public void Each_detail_that_is_written_into_the_history_is_told()
    {
        var details =
            from source in Sources("HomeCloud.Agent")
            from call in source.DescendantNodes().OfType<InvocationExpressionSyntax>()
            let given = call.ArgumentList.Arguments
            where (given.Any(argument => argument.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: nameof(HistoryKind) } })
                || call.Expression is IdentifierNameSyntax { Identifier.Text: "Wake" } or MemberAccessExpressionSyntax { Name.Identifier.Text: "Wake" or "SleepAsync" }) && given.Count > 2
            from text in given.Skip(2).SelectMany(argument => argument.DescendantNodes(node => node is not LambdaExpressionSyntax)).Where(node => node.Parent is ArgumentSyntax or ConditionalExpressionSyntax).OfType<ExpressionSyntax>().Select(Filled)
            where text.Replace("x1", "", StringComparison.Ordinal).Any(char.IsLetter) && text is not ("homecloud" or "docker" or "x1 Not removed: x1")
            select text;
        details.Should().HaveCountGreaterThan(10);
        details.Where(text => text.Split("; ").Any(part => Texts.Tell(part) == part && part != "x1")).Should().BeEmpty("each needs its line in HomeCloud.Agent/Web/Texts/ja-told.json");
    }

    private static IEnumerable<Microsoft.CodeAnalysis.SyntaxNode> Sources(string path)
    {
        var whole = Path.Combine(Documents.Root(), path);
        return (File.Exists(whole) ? [whole] : Directory.EnumerateFiles(whole, "*.cs", SearchOption.AllDirectories)).Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot());
    }

    private static string Called(Microsoft.CodeAnalysis.SyntaxNode node) => node switch
    {
        ObjectCreationExpressionSyntax made => made.Type.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } => member.Name.Identifier.Text,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax name } => name.Identifier.Text,
        _ => "",
    };

    private static string Filled(ExpressionSyntax expression) => expression switch
    {
        InterpolatedStringExpressionSyntax text => string.Concat(text.Contents.Select(part => part is InterpolatedStringTextSyntax plain ? plain.TextToken.ValueText : "x1")),
        LiteralExpressionSyntax { Token.Value: string text } => text,
        _ => "",
    };
}
