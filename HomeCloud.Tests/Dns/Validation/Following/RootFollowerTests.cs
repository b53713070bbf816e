namespace HomeCloud.Tests.Dns.Validation.Following;

/// <summary>The root's keys through the years: RFC 5011.</summary>
public sealed class RootFollowerTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("a rollover", """
        0    A    by A    : A=valid
        10   A B  by A    : A=valid B=addpend
        39   A B  by A    : A=valid B=addpend
        40.1 A B  by A    : A=valid B=valid
        50   A B  by B    : A=valid B=valid
        60   A* B by A* B : A=revoked B=valid
        89   A* B by A* B : A=revoked B=valid
        91   B    by B    : A=removed B=valid
        99   A B  by A    : failed
        """)]
    [InlineData("a thief's key that is found out in time", """
        0    A    by A    : A=valid
        10   A X  by A    : A=valid X=addpend
        20   X    by X    : failed
        30   A    by A    : A=valid
        31   A X  by A    : A=valid X=addpend
        45   A X  by A    : A=valid X=addpend
        61.1 A X  by A    : A=valid X=valid
        """)]
    [InlineData("a key that is missing, and comes back", """
        0    A    by A    : A=valid
        1    A B  by A    : A=valid B=addpend
        32   A B  by A    : A=valid B=valid
        40   B    by B    : A=missing B=valid
        80   B    by A    : failed
        90   A B  by B    : A=valid B=valid
        """)]
    [InlineData("a server that was off for three months of a rollover", """
        0    A    by A    : A=valid
        10   A B  by A    : A=valid B=addpend
        100  A B  by B    : failed
        100  A B  by A B  : A=valid B=valid
        101  A B  by B    : A=valid B=valid
        """)]
    [InlineData("a revocation that its holder did not sign", """
        0    A    by A    : A=valid
        1    A B  by A    : A=valid B=addpend
        32   A B  by A    : A=valid B=valid
        40   A* B by B    : A=missing B=valid
        41   A B  by A    : A=valid B=valid
        """)]
    [InlineData("the only key is revoked", """
        0    A    by A    : A=valid
        1    A*   by A*   : failed
        2    A    by A    : failed
        """)]
    [InlineData("a pending key that is revoked, and tries again", """
        0    A    by A    : A=valid
        1    A B  by A    : A=valid B=addpend
        2    A B* by A B* : A=valid
        3    A B  by A    : A=valid B=addpend
        """)]
    public async Task The_keys_of_the_root_are_followed(string because, string story)
    {
        because.Should().NotBeEmpty();
        using var root = new RootOfKeys();
        await root.TellAsync(story);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clock_that_is_ahead_ends_no_wait()
    {
        using var root = new RootOfKeys();
        await root.TellAsync("0 A by A: A=valid\n10 A B by A: A=valid B=addpend");
        root.Wrong = 20;
        (await root.LookAsync(21, "A B", "A")).Should().Be("A=valid B=addpend", "the clock says day 41, and the signature is of day 21");
        root.Wrong = 25;
        (await root.LookAsync(22, "A B", "A")).Should().Be("failed", "the signature has expired by this clock");
        root.Wrong = 0;
        (await root.LookAsync(39, "A B", "A")).Should().Be("A=valid B=addpend");
        (await root.LookAsync(40.1, "A B", "A")).Should().Be("A=valid B=valid");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_first_seen_while_the_clock_was_ahead_waits_from_when_it_is_right()
    {
        using var root = new RootOfKeys { Wrong = 20 };
        await root.TellAsync("0 A B by A: A=valid B=addpend");
        root.Wrong = 0;
        await root.TellAsync("5 A B by A: A=valid B=addpend\n34 A B by A: A=valid B=addpend\n35.1 A B by A: A=valid B=valid");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_damaged_file_is_set_aside_and_the_built_in_keys_count()
    {
        using var root = new RootOfKeys();
        await root.TellAsync("0 A by A: A=valid\n1 A B by A: A=valid B=addpend");
        await File.WriteAllTextAsync(root.Path, (await File.ReadAllTextAsync(root.Path)).Replace("pending", "valid\0", StringComparison.Ordinal));
        root.Restart();
        root.Log.Messages.Should().ContainSingle().Which.Should().Match($"{root.Path} is damaged: line 3 is damaged. It was moved to {root.Path}.corrupt-*; the built-in keys of the root count, *");
        File.Exists(root.Path).Should().BeFalse();
        (await root.LookAsync(2, "A B", "A")).Should().Be("A=valid B=addpend");
        File.Exists(root.Path).Should().BeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_directory_that_cannot_be_written_is_said_and_keys_are_followed_all_the_same()
    {
        using var root = new RootOfKeys();
        Directory.CreateDirectory(root.Path);
        (await root.LookAsync(0, "A", "A")).Should().Be("A=valid");
        root.Log.Messages.Should().ContainSingle().Which.Should().StartWith($"{root.Path} cannot be written: ");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_could_not_be_written_is_written_when_it_can_be()
    {
        using var root = new RootOfKeys();
        Directory.CreateDirectory(root.Path);
        await root.LookAsync(0, "A", "A");
        Directory.Delete(root.Path);
        (await root.LookAsync(1, "A", "A")).Should().Be("A=valid");
        root.Restart();
        root.States().Should().Be("A=valid", "nothing has changed since, and it is written all the same");
        root.Log.Messages.Should().ContainSingle("once for each failure");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_cannot_be_read_is_not_written_over()
    {
        using var root = new RootOfKeys();
        await root.TellAsync("0 A by A: A=valid\n1 A B by A: A=valid B=addpend\n32 A B by A: A=valid B=valid\n33 A* B by A* B: A=revoked B=valid");
        using (new FileStream(root.Path, FileMode.Open, FileAccess.Read, FileShare.None))
            root.Restart();
        root.Log.Messages.Should().ContainSingle().Which.Should().StartWith($"{root.Path} cannot be read: ");
        (await root.LookAsync(34, "A B", "A")).Should().Be("A=valid B=addpend", "of what the file says nothing is known");
        root.Restart();
        root.States().Should().Be("A=revoked B=valid", "a revoked key is never trusted again");
    }
}
