using HomeCloud.Dns.Blocking;
using HomeCloud.Lab.Processes;
using HomeCloud.Net.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>Lists that change, break and come back, and what the next start uses.</summary>
public sealed class BlockKeeperTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("blocking-");
    private readonly BlockedNames _names = new();

    private string List => Path.Combine(_directory.FullName, "list.txt");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task A_list_that_is_gone_or_broken_leaves_the_last_good_copy_in_use()
    {
        Write(100);
        using (var keeper = await StartAsync())
        {
            IsBlocked("host7.example").Should().BeTrue();
            foreach (var bad in (string[])["<html>Sign in</html>", "{}", "these are only\nsome words of text\nthat nobody can block", "||x.example^$third-party"])
            {
                await File.WriteAllTextAsync(List, bad);
                (await keeper.UpdateNowAsync("ads", CancellationToken.None)).Single().Should().Contain("refused");
                IsBlocked("host7.example").Should().BeTrue();
            }

            File.Delete(List);
            (await keeper.UpdateNowAsync("ads", CancellationToken.None)).Single().Should().Contain("does not exist");
        }

        _names.Policy = null;
        using var next = await StartAsync();
        IsBlocked("host7.example").Should().BeTrue("the copy of the last run is used");
        next.Lists.Single().Problem!.ToString().Should().Contain("does not exist");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_that_shrinks_by_half_is_refused_until_a_person_takes_it()
    {
        Write(100);
        using var keeper = await StartAsync();
        Write(49);
        var list = keeper.Lists.Single();

        (await list.UpdateAsync(force: false, CancellationToken.None)).Should().BeFalse();
        list.Problem!.ToString().Should().Contain("shrank from 100 to 49 names").And.Contain("homecloud block update ads");
        IsBlocked("host80.example").Should().BeTrue();

        (await keeper.UpdateNowAsync("ads", CancellationToken.None)).Single().Should().Be("ads: 49 names, renewed");
        IsBlocked("host80.example").Should().BeFalse();
        IsBlocked("host7.example").Should().BeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_may_be_a_pipe()
    {
        Write(100);
        using var keeper = await StartAsync();
        File.Delete(List);
        (await Command.RunAsync(["mkfifo", List])).OrFail();
        var renewing = keeper.UpdateNowAsync("ads", CancellationToken.None);

        // First its digest is taken, then its rules: each reading needs a writer of its own.
        while (!renewing.IsCompleted)
            await Command.RunAsync(["timeout", "1", "sh", "-c", $"echo 0.0.0.0 one.example >{List}"]);
        (await renewing).Should().Equal("ads: 1 names, renewed");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_copy_that_is_damaged_is_not_believed()
    {
        Write(100);
        (await StartAsync()).Dispose();
        var copy = Path.Combine(_directory.FullName, BlockKeeper.Folder, "ads.rules");
        var good = await File.ReadAllBytesAsync(copy);
        File.Delete(List);
        for (var at = 0; at < good.Length; at += 7)
        {
            var damaged = good.ToArray();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(copy, at % 2 == 0 ? damaged : good[..at]);
            _names.Policy = null;
            using var keeper = await StartAsync();

            // Where it came from and when may be damaged without harm; the rules may not.
            if (_names.Rules is not null)
                IsBlocked("host7.example").Should().BeTrue();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_file_is_not_read_again_while_it_is_the_same()
    {
        Write(100);
        (await StartAsync()).Dispose();
        var copy = Path.Combine(_directory.FullName, BlockKeeper.Folder, "ads.rules");
        var written = File.GetLastWriteTimeUtc(copy);
        using var keeper = await StartAsync();

        (await keeper.UpdateNowAsync(null, CancellationToken.None)).Should().Equal("ads: 100 names, as before");
        File.GetLastWriteTimeUtc(copy).Should().Be(written);
    }

    [Theory]
    [InlineData("ads", "is not NAME=SOURCE")]
    [InlineData("=x", "is not NAME=SOURCE")]
    [InlineData("Ads=x", "has no valid name ('Ads')")]
    [InlineData("ads=http://lists.example/x", "is not a valid https:// one")]
    [InlineData("a=x,a=y", "uses the name a a second time")]
    public void A_wrong_option_is_one_line(string lists, string problem)
    {
        var options = new BlockingOptions();
        foreach (var list in lists.Split(','))
            options.Lists.Add(list);

        options.Validate().Should().ContainSingle().Which.Should().StartWith("--block '").And.Contain(problem);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_person_is_told_list_rule_and_line()
    {
        await File.WriteAllTextAsync(List, "# a list\n||ads.example^\nplain.example\n@@||good.ads.example^\n");
        using var keeper = await StartAsync("allowed.example");

        Test(keeper, "www.ads.example").Should().Be("www.ads.example. is blocked by list ads\nrule: ads.example. and all below it, line 2 of the list: ||ads.example^\n");
        Test(keeper, "plain.example").Should().Contain("rule: plain.example., line 3 of the list: plain.example");
        Test(keeper, "good.ads.example").Should().StartWith("good.ads.example. is not blocked: list ads has an exception for it\n");
        Test(keeper, "x.allowed.example").Should().StartWith("x.allowed.example. is not blocked: --allow names it\n");
        Test(keeper, "other.example").Should().Be("other.example. is not blocked: it is in none of 1 lists\n");
        var output = new StringWriter { NewLine = "\n" };
        BlockReport.WriteLists(output, BlockReport.Lists(keeper, DateTimeOffset.UtcNow));
        output.ToString().Should().StartWith("ads: 2 names, blocked 0 answers, from ").And.EndWith($", {List}\n");
    }

    private string Test(BlockKeeper keeper, string name)
    {
        var output = new StringWriter { NewLine = "\n" };
        BlockReport.WriteTest(output, BlockReport.Test(keeper, _names.Rules, DnsName.Parse(name)));
        return output.ToString();
    }

    private void Write(int names) => File.WriteAllLines(List, Enumerable.Range(0, names).Select(i => $"0.0.0.0 host{i}.example"));

    private bool IsBlocked(string name) => _names.Rules!.IsBlocked(DnsName.Parse(name), out _);

    private async Task<BlockKeeper> StartAsync(params string[] allowed)
    {
        var options = new BlockingOptions { Lists = [$"ads={List}"], Allowed = allowed };
        var keeper = new BlockKeeper(options, _directory.FullName, _names, null, TimeProvider.System, NullLogger<BlockKeeper>.Instance);
        await keeper.StartAsync(CancellationToken.None);
        return keeper;
    }
}
