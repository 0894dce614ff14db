"""Installed by a button: from "Add to Slack" to the first picture, and out again."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from slack_bots import files
from slack_teams import Teams, teams_on_slack
from yarl import URL

from bots.playground.slack import Workspace
from bots.playground.slack.grants import Code
from bots.playground.slack.visitor import Visitor
from bots.slack import Timing
from core.settings import SettingsError
from core.wording import installing
from core.workspaces.secrets import new_key

PROMPT = "a lighthouse at dusk"


async def picture(teams: Teams, workspace: Workspace, number: int = 1) -> None:
    """Have ada ask in a workspace, and wait for so many results there."""
    await workspace.command("ada", "general", "/neocu", PROMPT)
    await teams.at(workspace).result(number)


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
async def test_from_the_button_to_the_first_picture(tmp_path: Path, *, socket: bool) -> None:
    """Without a line in a file or a restart; what one workspace asks, the other never sees."""
    async with teams_on_slack(tmp_path, socket=socket) as teams:
        seen = await teams.install(teams.acme)
        assert (seen.status, "acme" in seen.text) == (200, True)
        await teams.install(teams.lab)

        await picture(teams, teams.acme)
        assert not teams.at(teams.lab).said()
        await picture(teams, teams.lab)

        assert [len(teams.sandbox.generated)] == [2]
        for workspace in (teams.acme, teams.lab):
            assert sum(map(bool, map(files, teams.at(workspace).said()))) == 1


async def test_who_says_no_has_installed_nothing(tmp_path: Path) -> None:
    """And reads so, in the language of the browser, with a way to begin again."""
    async with teams_on_slack(tmp_path) as teams:
        seen = await teams.install(teams.acme, decision="cancel")

        assert "You did not allow it" in seen.text
        assert "href='install'" in seen.text
        assert not teams.acme.desk.team.installed


def code_for(workspace: Workspace) -> str:
    """Return a good code, as whoever runs a workspace of their own can get one at any time."""
    person, scopes = workspace.person("ada").id, frozenset({"chat:write"})
    return workspace.server.grants.agree(Code(workspace.team_id, person, scopes, "")).text


async def test_a_forged_state_installs_nothing(tmp_path: Path) -> None:
    """Else a link could put somebody's workspace behind another person's click."""
    async with teams_on_slack(tmp_path) as teams:
        back = URL(teams.lab.app.redirect_urls[0])
        query = {"code": code_for(teams.acme), "state": "forged"}
        cookie = {"slack-app-oauth-state": "forged"}
        async with (
            aiohttp.ClientSession(cookies=cookie) as session,
            session.get(back.with_query(query)) as answer,
        ):
            assert (answer.status, "used before" in await answer.text()) == (401, True)
        assert not teams.acme.desk.team.installed


async def test_a_state_is_good_once_and_in_its_own_browser(tmp_path: Path) -> None:
    """A link that somebody else has seen, in a log or over a shoulder, is worth nothing."""
    async with (
        teams_on_slack(tmp_path) as teams,
        Visitor(teams.lab.app) as ada,
        Visitor(teams.lab.app) as mallory,
    ):
        page = await ada.open(f"{teams.site}/slack/install")
        back = URL(teams.lab.app.redirect_urls[0]).with_query(state=page.url.query["state"])

        elsewhere = await mallory.open(back.update_query(code=code_for(teams.acme)))
        assert (elsewhere.status, teams.acme.desk.team.installed) == (400, False)
        done = await ada.open(back.update_query(code=code_for(teams.acme)))
        assert (done.status, teams.acme.desk.team.installed) == (200, True)
        again = await ada.open(back.update_query(code=code_for(teams.lab)))
        assert (again.status, teams.lab.desk.team.installed) == (401, False)


async def test_a_code_that_slack_refuses_installs_nothing(tmp_path: Path) -> None:
    """A code used twice, or made up: the state is right, the code is not."""
    async with teams_on_slack(tmp_path) as teams, Visitor(teams.lab.app) as ada:
        page = await ada.open(f"{teams.site}/slack/install")
        back = URL(teams.lab.app.redirect_urls[0])
        query = {"code": "made-up", "state": page.url.query["state"]}

        seen = await ada.open(back.with_query(query))

        assert (seen.status, "used before" in seen.text) == (401, True)


async def test_an_outage_of_slack_is_told_in_words(tmp_path: Path) -> None:
    """Somebody who has just agreed reads that nothing came of it, and no traceback."""
    async with teams_on_slack(tmp_path) as teams:
        teams.lab.faults.drop("oauth.v2.access")

        seen = await teams.install(teams.acme)

        assert (seen.status, "nothing was installed" in seen.text) == (503, True)


async def test_what_is_kept_outlives_a_restart_and_is_unreadable(tmp_path: Path) -> None:
    """Tokens are encrypted at rest; under another key the workspace is asked to install again."""
    async with teams_on_slack(tmp_path) as teams:
        await teams.install(teams.acme)
        async with teams.again():
            await picture(teams, teams.acme)

        async with teams.again(encryption_keys=new_key()):
            await teams.acme.command("ada", "general", "/neocu", PROMPT)
            told = [one.words for one in teams.acme.seen_by("ada", "general") if one.only_for]
            assert told == [installing.not_here()]
        async with teams.again():
            await picture(teams, teams.acme, 2)

        assert teams.acme.bot_token.encode() not in teams.kept()
        assert len(teams.sandbox.generated) == 2


async def test_tokens_are_renewed_for_the_worker_too(tmp_path: Path) -> None:
    """A result comes hours after the question: nobody has to ask anew to have a token renewed."""
    async with teams_on_slack(tmp_path, rotates=1.5, timing=Timing(renew=0.5)) as teams:
        await teams.install(teams.acme)
        first = teams.acme.bot_token
        teams.sandbox.seconds = 2.0
        await picture(teams, teams.acme)

        assert teams.acme.bot_token != first
        assert first.startswith("xoxe.")
        await picture(teams, teams.acme, 2)


async def test_a_token_that_is_slowly_renewed_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The old one is good for a while yet, and what comes in has to be acknowledged."""
    async with teams_on_slack(tmp_path, rotates=60.0, timing=Timing(renew=60.0)) as teams:
        await teams.install(teams.acme)
        teams.acme.rules.ack_within = 0.5
        for workspace in (teams.lab, teams.acme):
            workspace.faults.slow("oauth.v2.access", seconds=1.0, times=99)
        await picture(teams, teams.acme)

        assert all(one.acknowledged for one in teams.acme.deliveries if one.over)


async def test_a_file_is_fetched_by_the_token_that_is_good_now(tmp_path: Path) -> None:
    """The one that spoke last may have expired: Slack would lead it to its login page."""
    async with teams_on_slack(tmp_path, rotates=1.0, timing=Timing(renew=0.1)) as teams:
        await teams.install(teams.acme)
        await picture(teams, teams.acme)
        last = teams.acme.bot_token
        while teams.acme.desk.team.accepts(last):  # noqa: ASYNC110 (time alone ends it)
            await asyncio.sleep(0.05)
        sketch = ("sketch.png", b"sketch", "image/png")
        await teams.acme.say("ada", "general", "@neocu put a boat into it", files=[sketch])
        await teams.at(teams.acme).result(2)

        assert len(teams.sandbox.generated[-1].files) == 1


async def test_an_app_taken_out_in_mid_task_forgets_its_token(tmp_path: Path) -> None:
    """What was under way ends, nothing is paid any more, and nobody else notices anything."""
    async with teams_on_slack(tmp_path, show_requests=True) as teams:
        for workspace in (teams.acme, teams.lab):
            await teams.install(workspace)
        teams.sandbox.seconds = 0.5
        await teams.acme.command("ada", "general", "/neocu", PROMPT)
        await teams.sandbox.journal.until(lambda: teams.sandbox.generated)

        teams.acme.uninstall()

        assert await teams.ended() == {"completed"}
        await picture(teams, teams.lab)
        await teams.install(teams.acme)
        await teams.acme.command("ada", "general", "/neocu", PROMPT)
        # The message of what was under way stays: nothing could be said there any more.
        said = teams.at(teams.acme).said
        await teams.acme.journal.until(lambda: any(map(files, said())))
        assert len(teams.sandbox.generated) == 3


async def test_a_token_revoked_without_a_word_ends_what_needs_it(tmp_path: Path) -> None:
    """Slack's event may never reach us; what Slack then says of the token is enough."""
    async with teams_on_slack(tmp_path, show_requests=True) as teams:
        await teams.install(teams.acme)
        teams.acme.rules.events -= {"app_uninstalled", "tokens_revoked"}
        teams.sandbox.seconds = 0.5
        await teams.acme.command("ada", "general", "/neocu", PROMPT)
        await teams.sandbox.journal.until(lambda: teams.sandbox.generated)

        teams.acme.revoke_tokens()

        assert await teams.ended() == {"completed"}
        async with teams.again():
            assert teams.credentials() == 0


async def test_an_event_of_an_earlier_installation_changes_nothing(tmp_path: Path) -> None:
    """Slack promises no order: "revoked" may come after the next installation."""
    async with teams_on_slack(tmp_path) as teams:
        await teams.install(teams.acme)
        teams.acme.uninstall()
        late = [one for one in teams.acme.deliveries if "event" in one.payload][-2:]
        await teams.lab.journal.until(lambda: all(one.over for one in late))
        await teams.install(teams.acme)

        for one in late:
            again = teams.acme.redeliver(one)
            await teams.lab.journal.until(lambda again=again: again.over)

        await picture(teams, teams.acme)


async def test_nobody_is_forgotten_while_slack_can_not_tell(tmp_path: Path) -> None:
    """Their Neocu key and their settings would go, too, and one late event is no proof."""
    async with teams_on_slack(tmp_path) as teams:
        await teams.install(teams.acme)
        teams.acme.uninstall()
        [*_, late] = [one for one in teams.acme.deliveries if "event" in one.payload]
        await teams.lab.journal.until(lambda: late.over)
        await teams.install(teams.acme)
        for workspace in (teams.lab, teams.acme):
            workspace.faults.fail("auth.test", times=1)
        checked = teams.bots.calls("auth.test")
        teams.acme.redeliver(late)
        await teams.lab.journal.until(lambda: teams.bots.calls("auth.test") > checked)
        await picture(teams, teams.acme)

        assert teams.credentials() == 1


async def test_installed_again_with_another_scope(tmp_path: Path) -> None:
    """What the app may do more is known at once; the token may be another."""
    async with teams_on_slack(tmp_path) as teams:
        await teams.install(teams.acme)
        teams.acme.rules.scopes -= {"channels:join"}
        await picture(teams, teams.acme)

        await teams.install(teams.acme)

        assert "channels:join" in teams.acme.rules.scopes
        await picture(teams, teams.acme, 2)


async def test_an_organization_installs_once_for_all_its_workspaces(tmp_path: Path) -> None:
    """It is one workspace to us, whatever a payload names: a follow-up finds its thread again."""
    async with teams_on_slack(tmp_path) as teams:
        for workspace in (teams.acme, teams.lab):
            workspace.join_organization("E0ORG")
        teams.acme.person("ada").is_admin = teams.acme.app.org_wide = True
        await teams.install(teams.acme, org_wide=True)
        teams.lab.invite("general")

        for workspace in (teams.acme, teams.lab):
            await picture(teams, workspace)
            shown = await teams.at(workspace).result()
            await teams.at(workspace).press(shown, "Again")
            await teams.at(workspace).result(2)

        teams.acme.uninstall()
        await teams.lab.journal.until(lambda: all(one.over for one in teams.lab.deliveries))
        assert teams.credentials() == 0


async def test_without_a_way_to_encrypt_nothing_is_installed(tmp_path: Path) -> None:
    """It is said at the start, and not when somebody has agreed."""
    with pytest.raises(SettingsError, match="ENCRYPTION_KEYS is not set, but SLACK_CLIENT_ID is"):
        async with teams_on_slack(tmp_path, encryption_keys=None):
            pass
