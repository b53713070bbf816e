using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Changing;

namespace HomeCloud.Tests.Agent.Servers.Changing;

/// <summary>How often registries are asked for newer images, and who is told.</summary>
public sealed class ImageNewsTests : IDisposable
{
    private const int Deadline = 60_000;
    private readonly ChangeFixture _home = new();

    private int Questions => _home.Home.Engine.RegistryQuestions;

    public void Dispose() => _home.Dispose();

    [Fact(Timeout = Deadline)]
    public async Task A_registry_is_asked_once_a_day_and_whenever_a_person_wants_it()
    {
        await _home.MakeAsync();
        (await _home.News.AskAsync("app", now: false, default)).Value!.IsNewer.Should().BeTrue();
        _home.Home.Engine.RegistryDigest = "sha256:app:1";
        _home.Home.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await _home.News.AskAsync("app", now: false, default)).Value!.IsNewer.Should().BeTrue();
        Questions.Should().Be(1);
        (await _home.News.AskAsync("app", now: true, default)).Value!.IsNewer.Should().BeFalse();
        Questions.Should().Be(2);
        _home.Home.Clock.Advance(TimeSpan.FromHours(30));
        await _home.News.AskAsync("app", now: false, default);
        Questions.Should().Be(3);

        _home.Home.Engine.RegistryDigest = new ServerProblem(ProblemCode.EngineRefused, "unauthorized");
        (await _home.News.AskAsync("app", now: true, default)).Value!.Should().Match<FoundImage>(news => news.IsNewer == null && news.Note!.ToString() == "unauthorized");
        await _home.News.AskAsync("app", now: false, default);
        Questions.Should().Be(4, "a refusal is an answer too");
    }

    [Fact(Timeout = Deadline)]
    public async Task A_look_at_all_asks_once_for_each_image_and_tells_what_is_newer()
    {
        await _home.MakeAsync();
        await _home.MakeAsync("twin");
        _home.Home.Engine.Add(new ContainerFacts { Id = "foreign", Name = "foreign", Image = "app:1", Life = ContainerLife.Running });
        _home.Home.Engine.Add(new ContainerFacts { Id = "own", Name = "own", Image = "app:1", Labels = ImmutableDictionary<string, string>.Empty.Add(Labels.Server, "1").Add(HomeCloudLabels.Role, "dns") });
        using var listener = _home.Feed.Listen();
        Questions.Should().Be(0, "nobody has looked");

        var (first, asking) = _home.News.Look(default);
        first.Should().BeEmpty("nobody waits for a registry");
        await asking;
        Questions.Should().Be(1);
        var (second, nothing) = _home.News.Look(default);
        second.Should().BeEquivalentTo([new ServerNews("app", "app:1", true), new ServerNews("twin", "app:1", true)]);
        nothing.Should().BeSameAs(Task.CompletedTask, "all is known");
        var told = new List<FeedItem>();
        await foreach (var item in listener.ReadAllAsync(default))
        {
            told.Add(item);
            if (told.Count == 2)
                break;
        }

        told.Should().OnlyContain(item => item.Type == "news").And.Subject.Select(item => ((ServerNews)item.Data).Name).Should().BeEquivalentTo("app", "twin");

        // The image has come: the registry says so the next day, and who looks is told.
        _home.Home.Engine.RegistryDigest = "sha256:app:1";
        _home.Home.Clock.Advance(TimeSpan.FromHours(2));
        await _home.News.Look(default).Asking;
        Questions.Should().Be(1);
        _home.Home.Clock.Advance(TimeSpan.FromHours(30));
        await _home.News.Look(default).Asking;
        Questions.Should().Be(2);
        _home.News.Look(default).News.Should().BeEmpty();
    }

    [Fact(Timeout = Deadline)]
    public async Task Without_internet_it_asks_no_more_often_and_says_nothing()
    {
        await _home.MakeAsync();
        _home.Home.Engine.RegistryDigest = new ServerProblem(ProblemCode.EngineRefused, "dial tcp: lookup registry-1.docker.io: no such host");
        for (var hour = 0; hour < 20; hour++)
        {
            await _home.News.Look(default).Asking;
            _home.Home.Clock.Advance(TimeSpan.FromHours(1));
        }

        Questions.Should().Be(1);
        _home.News.Look(default).News.Should().BeEmpty();

        _home.Home.Engine.RegistryDigest = new ServerProblem(ProblemCode.EngineAway, "away");
        _home.Home.Clock.Advance(TimeSpan.FromHours(30));
        await _home.News.AskAsync("app", now: false, default);
        _home.Home.Engine.RegistryDigest = "sha256:new";
        (await _home.News.AskAsync("app", now: false, default)).Value!.IsNewer.Should().BeTrue("an engine that is away has asked nobody");
    }

    [Fact(Timeout = Deadline)]
    public async Task Turned_off_only_a_person_asks()
    {
        _home.Options.ImageNews = false;
        await _home.MakeAsync();
        await _home.News.Look(default).Asking;
        (await _home.News.AskAsync("app", now: false, default)).Value!.Should().Match<FoundImage>(news => news.IsNewer == null && news.Note!.ToString().Contains("--image-news is off"));
        Questions.Should().Be(0);
        (await _home.News.AskAsync("app", now: true, default)).Value!.IsNewer.Should().BeTrue();
    }
}
