;; Read by Heroku's Clojure buildpack only; the project itself is in deps.edn.
(defproject banking-on-clojure "0.1.0" :min-lein-version "2.0.0")
