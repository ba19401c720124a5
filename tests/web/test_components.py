"""Each component says in words what it shows, and keeps numbers and addresses whole."""

from __future__ import annotations

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError

from web.rendering import render


def test_a_button_with_an_address_is_a_link_and_another_submits() -> None:
    link = render('{% button "Voir" url=u icon="eye" %}', u="/a?b=1&c=2")
    assert '<a class="btn btn-primary" href="/a?b=1&amp;c=2">' in link
    assert "<span>Voir</span>" in link

    submit = render('{% button "Retirer" look="danger" name="id" value=1500 about="la clé" %}')
    assert 'type="submit" name="id" value="1500"' in submit
    assert 'Retirer<span class="visually-hidden"> : la clé</span>' in submit


@pytest.mark.parametrize("source", ['{% button "Voir" url=u %}', '{% button "Voir" url="" %}'])
def test_a_button_whose_address_is_missing_submits_nothing(source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="« Voir » leads nowhere"):
        render(source)


def test_words_of_others_are_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    for source in (
        "{% button x %}",
        "{% badge x %}",
        "{% empty x x %}",
        "{% definition x %}",
        "{% figure x x definition=x comparison=x %}",
        "{% panel x %}{{ x }}{% endpanel %}",
        "{% notice 'info' x %}{{ x }}{% endnotice %}",
        "{% table x note=x %}{% endtable %}",
        "{% breadcrumb x '/' x %}",
        "{% progress x anchor='a' detail=x %}",
    ):
        shown = render(source, x=hostile)
        assert "<script" not in shown, source
        assert "&lt;script&gt;" in shown, source


def test_a_state_shows_by_words_and_a_shape() -> None:
    assert "#hourglass-split" in (shown := render('{% badge "Sans réponse" "waiting" %}'))
    assert "Sans réponse" in shown


def test_a_notice_takes_the_levels_of_messages() -> None:
    assert "notice-danger" in (shown := render('{% notice "error" %}Refusé{% endnotice %}'))
    assert '<span class="visually-hidden">Erreur :</span>' in shown
    assert "notice-done" in render('{% notice "success" %}Fait{% endnotice %}')


def test_a_panel_frames_its_content() -> None:
    shown = render('{% panel "Enfants" level=3 url="/e" link="Tous" %}<p>Deux</p>{% endpanel %}')
    assert "<h3>Enfants</h3>" in shown
    assert '<a href="/e">Tous</a>' in shown
    assert "<p>Deux</p>" in shown


def test_a_table_has_a_caption_and_can_be_scrolled_by_keyboard() -> None:
    shown = render('{% table "Familles" stacked=True %}<tbody></tbody>{% endtable %}')
    assert '<div class="scroll" role="region" aria-label="Familles" tabindex="0">' in shown
    assert '<table class="table stacked"> <caption> Familles' in shown


def test_pages_keep_the_filters_of_the_list() -> None:
    page = Paginator(range(257), 40).page(2)
    shown = render('{% pagination p "famille" %}', "/liste/?q=Le+Goff&page=2", p=page)
    assert "Page 2 sur 7 · 257\u00a0familles" in shown
    assert 'href="?q=Le+Goff&amp;page=1"' in shown
    assert 'href="?q=Le+Goff&amp;page=3"' in shown


def test_a_list_too_long_to_count_still_has_pages() -> None:
    class Uncounted:
        number = 1
        paginator = None

        def has_previous(self) -> bool:
            return False

        def has_next(self) -> bool:
            return True

    shown = render('{% pagination p "famille" %}', p=Uncounted())
    assert "<p>Page 1</p>" in shown
    assert 'href="?page=2"' in shown
    assert "précédente" not in shown


class Search(forms.Form):
    name = forms.CharField(label="Nom", help_text="Nom d'usage", required=False)


def test_filters_can_be_undone_once_one_is_set() -> None:
    assert "Tout afficher" not in render("{% filters f %}", f=Search())
    shown = render("{% filters f '#liste' %}", "/liste/?name=A", f=Search({"name": "A"}))
    assert 'href="/liste/"' in shown
    assert 'hx-get="/liste/" hx-target="#liste" hx-select="#liste"' in shown


def test_progress_asks_again_until_it_is_done() -> None:
    running = render('{% progress "Calcul" anchor="run" value=1200 total=2400 url="/etat/" %}')
    assert 'hx-get="/etat/" hx-trigger="every 3s" hx-select="#run"' in running
    assert 'value="1200" max="2400"' in running
    assert "50\u00a0%" in running

    done = render('{% progress "Terminé" anchor="run" url="/etat/" done=True %}')
    assert "hx-get" not in done
    assert "<progress" not in done
    assert 'aria-live="polite"' in done


def test_progress_of_unknown_length_has_no_value() -> None:
    shown = render('{% progress "Lecture" anchor="run" url="/etat/" %}')
    assert '<progress aria-labelledby="run-label" ></progress>' in shown


def test_a_figure_carries_its_definition() -> None:
    shown = render(
        '{% figure "Familles" "87" definition="Vues une fois" comparison="Cible : 95" %}'
    )
    assert "Vues une fois" in shown
    assert 'Définition<span class="visually-hidden"> : Familles</span>' in shown
    assert "Cible : 95" in shown


def test_steps_say_where_one_is() -> None:
    shown = render("{% steps s 2 %}", s=["Un", "Deux", "Trois"])
    assert shown.count("(fait)") == 1
    assert '<li aria-current="step">' in shown
    assert shown.count("(à venir)") == 1


def test_tabs_are_links_that_say_which_is_open() -> None:
    items = [{"label": "A", "url": "/a", "current": True}, {"label": "B", "url": "/b", "count": 0}]
    shown = render('{% tabs t "Famille" %}', t=items)
    assert '<a href="/a" aria-current="page">' in shown
    assert "(0)" in shown


def test_the_trail_ends_on_this_page() -> None:
    shown = render('{% breadcrumb "Accueil" "/" "Familles" "/f/" "Traoré" %}')
    assert '<a href="/">Accueil</a>' in shown
    assert '<a href="/f/">Familles</a>' in shown
    assert '<li aria-current="page">Traoré</li>' in shown


def test_what_is_drawn_once_is_shown_at_several_places() -> None:
    shown = render("{% once as it %}<b>{{ x }}</b>{% endonce %}{{ it }}, {{ it }}", x="<i>")

    assert shown == "<b>&lt;i&gt;</b>, <b>&lt;i&gt;</b>"
