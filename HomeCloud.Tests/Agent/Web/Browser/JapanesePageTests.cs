using System.Net.Http.Json;
using HomeCloud.Agent.Servers.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>A Japanese household looks at every page.</summary>
[Trait("Category", "Slow")]
public sealed class JapanesePageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Limit = 120_000;

    /// <summary>
    /// Latin words that are left: none but names. Not looked at is what servers and the agent say: logs, findings, steps of progress.
    /// Then what is cut off or stands outside of the screen: texts, buttons and what is proposed in empty fields.
    /// </summary>
    private const string Look = """
        () => {
          const names = new Set(`HomeCloud DNS DNSSEC CPU SSH LAN NAS MAC Wi-Fi VPN Docker docker compose JavaScript Home Assistant PostgreSQL Redis Gitea Jellyfin Minecraft Nextcloud
            Syncthing Uptime Kuma Vaultwarden Debian Git Java Mojang EULA HTTPS nginx Web Chrome NOERROR NXDOMAIN AAAA GitHub GitLab Codeberg English Esc Tab Ctrl ms KiB MiB GiB NAME value doctor homecloud
            airplay git jellyfin nextcloud postgres minecraft home-assistant studio nas laptop lan ssh bash`.split(/\s+/));
          const skipped = 'script, style, pre, code, .xterm, .finding div > *, .fix, #note, .steps, .upstreams small, .who small, .layers';
          const left = new Set(), cut = new Set();
          const look = text => {
            // Addresses, images, names with a domain, paths, keys, and what one types: 512m.
            for (const token of text.replace(/:(\s|$)/g, ' ').split(/[\s、。（）「」()·?？…]+/)) {
              if (/[.\/_@:\d=~-]/.test(token) && !names.has(token)) continue;
              for (const word of token.match(/[A-Za-z][A-Za-z-]+/g) ?? []) if (!names.has(word)) left.add(text.trim());
            }
          };
          const canvas = document.createElement('canvas').getContext('2d');
          for (const element of document.querySelectorAll('body *')) {
            if (element.closest(skipped) || !element.checkVisibility()) continue;
            for (const name of ['aria-label', 'title', 'placeholder', 'alt']) if (element.hasAttribute(name)) look(element.getAttribute(name));
            for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) look(node.data);
            const box = element.getBoundingClientRect();
            if (element.closest('.visually-hidden, .skip, .scroll, .kinds input') || !box.width) continue;
            const said = `${element.tagName.toLowerCase()} ${element.id || element.textContent.trim().slice(0, 30)}`;
            if (box.right > innerWidth + 1 || box.left < -1) cut.add(`outside: ${said}`);
            if (/hidden|clip/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1 && element.textContent) cut.add(`cut off: ${said}`);
            if (element.matches('button, nav a, .badge, .chip, .tile span') && element.scrollWidth > element.clientWidth + 1) cut.add(`too wide: ${said}`);
            if (element.placeholder && element.tagName === 'INPUT' && !element.placeholder.startsWith('ssh-')) {
              const style = getComputedStyle(element);
              canvas.font = style.font;
              const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
              if (canvas.measureText(element.placeholder).width > room + 1) cut.add(`proposal cut off: ${element.placeholder}`);
            }
          }
          const menu = [...document.querySelectorAll('nav a')].map(link => link.getBoundingClientRect());
          if (menu.some(link => link.top !== menu[0].top)) cut.add('the menu takes two lines');
          return [...[...left].map(text => `English: ${text}`), ...cut];
        }
        """;

    /// <summary>What the agent says is translated, and no name or value in it is, even when it is a word of ours.</summary>
    [Fact(Timeout = Limit)]
    public async Task The_history_is_Japanese_and_names_in_it_stay()
    {
        await using var home = await WebHome.StartAsync();
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, locale: "ja-JP");
        var page = visitor.Page;
        await visitor.SetPasswordAsync(home);
        using var client = home.OverSocket();
        await WebHome.CreateAsync(client, new { name = "airplay" });
        (await client.DeleteAsync("/api/v1/servers/airplay?force=true")).EnsureSuccessStatusCode();

        // What happens while one looks comes by the events, what was before by a question.
        var newest = page.Locator("#history li").First;
        await page.GotoAsync("/settings");
        await Expect(newest).ToContainTextAsync("airplay: 削除しました — 強制終了、ボリュームは残しました");
        await WebHome.CreateAsync(client, new { name = "airplay" });
        (await client.PostAsJsonAsync("/api/v1/servers/airplay/rename", new { name = "killed" })).EnsureSuccessStatusCode();
        await Expect(newest).ToContainTextAsync("killed: 名前を変更しました — 元の名前は airplay");

        await page.GotoAsync("/names");
        await page.Locator("#add [name=name]").FillAsync("nas");
        await page.Locator("#add [name=target]").FillAsync("192.168.1.20、192.168.1.21");
        await page.Locator("#add button").ClickAsync();
        await Expect(page.Locator("#names tbody")).ToContainTextAsync("192.168.1.21");
        visitor.Faults.Should().BeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("phone", 390, 844)]
    [InlineData("desktop", 1280, 900)]
    public async Task Every_page_is_all_Japanese_and_fits(string look, int width, int height)
    {
        await using var home = await WebHome.StartAsync(services => services.AddSingleton(FurnishedHome.Evening.Line()));
        FurnishedHome.Fill(home.Engine);
        home.Engine.Logs.Add(new EngineLogLine(DateTimeOffset.UtcNow, false, "Server listening on 0.0.0.0 port 22."));
        await using var visitor = await Visitor.ComeAsync(chromium.Browser, home, width, height, phone: width < 500, locale: "ja-JP");
        var page = visitor.Page;
        var faults = new List<string>();
        async Task CheckAsync(string name)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Axe.PicturePath($"ja-{name}-{look}"), FullPage = true });
            if (width > 500)
                await Axe.CheckAsync(page, look, $"ja-{name}");
            faults.AddRange((await page.EvaluateAsync<string[]>(Look)).Select(fault => $"{name}: {fault}"));
        }

        await page.GotoAsync("/sign-in");
        await CheckAsync("no-password");
        await page.GotoAsync("/setup");
        await CheckAsync("setup");
        await visitor.SetPasswordAsync(home);
        await page.Locator("#more summary").ClickAsync();
        await page.Locator("#select").ClickAsync();
        await page.Locator("#select-all").CheckAsync();
        await Expect(page.Locator("#selected")).ToHaveTextAsync("7 件中 7 件を選択");
        await CheckAsync("servers");
        await page.Locator("[data-action=remove]").ClickAsync();
        await CheckAsync("remove-all");
        await page.Locator("#bulk-remove [value=cancel]").ClickAsync();
        await page.Locator("#name").FillAsync("studio");
        await page.Locator("#create-button").ClickAsync();
        await Expect(page.Locator(".making .outcome")).ToContainTextAsync("秒で準備ができました");
        await CheckAsync("created");

        await page.GotoAsync("/servers/airplay");
        await Expect(page.Locator("#state")).ToHaveTextAsync("実行中");
        await page.WaitForSelectorAsync("#usage svg");
        await CheckAsync("server");
        foreach (var dialog in new[] { "rename", "edit", "update", "remove" })
        {
            await page.Locator($"#{dialog}").ClickAsync();
            await Expect(page.Locator($"#{dialog}-dialog")).ToBeVisibleAsync();
            await CheckAsync(dialog);
            await page.Keyboard.PressAsync("Escape");
        }

        await page.GotoAsync("/servers/airplay/terminal");
        await CheckAsync("terminal");
        await page.GotoAsync("/dns?range=live");
        await page.WaitForSelectorAsync("#queries tr");
        await page.WaitForSelectorAsync("#flow svg");
        await Expect(page.Locator(".upstreams small").First).ToHaveTextAsync("応答 26301 件、失敗 4 件");
        await CheckAsync("dns");
        await page.GotoAsync("/names");
        await Expect(page.Locator("#empty")).ToBeVisibleAsync();
        await CheckAsync("names");
        await page.GotoAsync("/health");
        await CheckAsync("unexamined");
        await page.Locator("#examine").ClickAsync();
        await Expect(page.Locator("#verdict")).ToContainTextAsync("問題 1 件、警告 1 件 · 7 項目を診断");
        await CheckAsync("health");
        await page.GotoAsync("/password");
        await CheckAsync("password");
        await page.GotoAsync("/nothing");
        await CheckAsync("not-found");
        await page.GotoAsync("/assets/away.html");
        await CheckAsync("away");
        await page.GotoAsync("/settings");
        await page.WaitForSelectorAsync("#history li");
        await CheckAsync("settings");

        // What was chosen goes before what the browser asks for, also in what the agent is asked for.
        await page.Locator("#language").SelectOptionAsync("en");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Settings");
        var asked = await page.RunAndWaitForRequestAsync(() => page.ReloadAsync(), "**/api/v1/tokens");
        asked.Headers["accept-language"].Should().Be("en");
        await page.Locator("#language").SelectOptionAsync("");
        await Expect(page.Locator("h1")).ToHaveTextAsync("設定");

        string.Join('\n', faults).Should().BeEmpty();
        visitor.Faults.RemoveAll(fault => fault.Contains("404", StringComparison.Ordinal) || fault.Contains("WebSocket", StringComparison.Ordinal));
        visitor.Faults.Should().BeEmpty();
    }
}
