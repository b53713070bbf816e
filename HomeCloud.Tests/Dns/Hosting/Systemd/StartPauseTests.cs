using HomeCloud.Dns.Hosting.Systemd;

namespace HomeCloud.Tests.Dns.Hosting.Systemd;

public sealed class StartPauseTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("start-pause-");

    [Fact]
    public void Each_failed_start_waits_longer_up_to_a_limit_and_one_that_works_begins_anew()
    {
        var pauses = Enumerable.Range(0, 6).Select(_ => new StartPause(_directory.FullName).Next().TotalSeconds).ToList();
        pauses.Should().Equal(1, 2, 4, 8, 8, 8);

        new StartPause(_directory.FullName).Forget();

        new StartPause(_directory.FullName).Next().Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Without_systemd_nobody_waits() => new StartPause(null).Next().Should().Be(TimeSpan.Zero);

    [Fact]
    public void A_count_that_cannot_be_kept_is_the_longest_pause() =>
        new StartPause(Path.Combine(_directory.FullName, "missing")).Next().Should().Be(TimeSpan.FromSeconds(8));

    public void Dispose() => _directory.Delete(recursive: true);
}
