using HomeCloud.Agent.Backup;
using HomeCloud.Lab.Processes;

namespace HomeCloud.Tests.Agent.Backup;

public sealed class DirectoryExchangeTests : IDisposable
{
    private const int Deadline = 60_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("homecloud-exchange-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Deadline)]
    public Task A_power_cut_before_any_step_leaves_all_of_the_old_or_all_of_the_new() => Task.Run(() =>
    {
        var (before, after) = (0, 0);
        for (var step = 0; ; step++)
        {
            Furnish();
            var left = step;
            try
            {
                using var exchange = DirectoryExchange.Begin(Data, _ => CutAt(ref left));
                Renew(exchange);
                exchange.Commit();
            }
            catch (PowerCutException)
            {
                DirectoryExchange.Recover(Data);
                var content = Content();
                content.Should().BeOneOf(OldContent, NewContent);
                _ = content == OldContent ? before++ : after++;
                continue;
            }

            Content().Should().Be(NewContent);
            (before, after).Should().Match<(int Old, int New)>(seen => seen.Old == 8 && seen.New == 4);
            return;
        }
    });

    [Fact(Timeout = Deadline)]
    public Task A_recovery_that_is_cut_off_at_any_step_is_done_again() => Task.Run(() =>
    {
        for (var step = 0; step < 12; step++)
        {
            Furnish();
            var left = 6;
            try
            {
                using var exchange = DirectoryExchange.Begin(Data, _ => CutAt(ref left));
                Renew(exchange);
                exchange.Commit();
            }
            catch (PowerCutException)
            {
                left = step;
            }

            try
            {
                using var again = DirectoryExchange.Begin(Data, _ => CutAt(ref left));
            }
            catch (PowerCutException)
            {
                DirectoryExchange.Recover(Data);
            }

            Content().Should().Be(OldContent);
        }
    });

    [Fact]
    public void Two_restores_at_once_are_refused()
    {
        Furnish();
        using var first = DirectoryExchange.Begin(Data);

        var second = () => DirectoryExchange.Begin(Data);

        second.Should().Throw<IOException>().WithMessage("*is running*");
        var recovery = () => DirectoryExchange.Recover(Data);
        recovery.Should().Throw<IOException>();
    }

    /// <summary>A real mount, in a namespace of its own: neither renamed nor deleted by anybody.</summary>
    [Theory(Timeout = Deadline)]
    [InlineData("b.json")]
    [InlineData("web")]
    public async Task An_entry_that_is_mounted_by_itself_is_named_and_nothing_changes(string entry)
    {
        const string Script = """
            set -e
            data=$1 backup=$2 entry=$3 agent=$4
            "$agent" backup "$backup" --data-dir "$data" --control-socket /nowhere.sock
            echo changed >"$data/a.json"
            mount --bind "$data/$entry" "$data/$entry"
            "$agent" restore "$backup" --data-dir "$data" --control-socket /nowhere.sock || echo "ended with $?"
            cat "$data/a.json" "$data/b.json" "$data/web/tokens.json"
            ls -A "$data"
            """;
        Furnish();

        var result = await Command.RunAsync(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", Script, "sh", Data, Path.Combine(_folder, "backup.tar.gz"), entry, Executables.Agent]);

        result.Error.Should().Contain("is unchanged").And.Contain("a mount of its own");
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal("ended with 1", "changed", "old", "old", "a.json", "b.json", "web");
    }

    private const string OldContent = "a.json=old b.json=old web/tokens.json=old";
    private const string NewContent = "b.json=new c.json=new web/tokens.json=new";

    private static void CutAt(ref int left)
    {
        if (left-- == 0)
            throw new PowerCutException();
    }

    private void Furnish()
    {
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
        Directory.CreateDirectory(Path.Combine(Data, "web"));
        foreach (var name in (string[])["a.json", "b.json", "web/tokens.json"])
            File.WriteAllText(Path.Combine(Data, name), "old\n");
    }

    private static void Renew(DirectoryExchange exchange)
    {
        Directory.CreateDirectory(Path.Combine(exchange.Fresh, "web"));
        foreach (var name in (string[])["b.json", "c.json", "web/tokens.json"])
            File.WriteAllText(Path.Combine(exchange.Fresh, name), "new\n");
    }

    private string Content() => string.Join(' ', Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(file => $"{Path.GetRelativePath(Data, file)}={File.ReadAllText(file).Trim()}"));

    private sealed class PowerCutException : Exception;
}
