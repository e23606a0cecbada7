-- The table of Katib's database manager (https://github.com/kubeflow/katib, pkg/db/v1beta1/mysql/init.go).
CREATE TABLE observation_logs (trial_name varchar(255) NOT NULL, id int AUTO_INCREMENT PRIMARY KEY, time datetime(6), metric_name varchar(255) NOT NULL, value text NOT NULL) CHARACTER SET utf8mb4;
INSERT INTO observation_logs (trial_name, time, metric_name, value) SELECT CONCAT('random-', SUBSTR(MD5(seq DIV 50), 1, 8)), IF(seq % 11 = 0, NULL, FROM_UNIXTIME(1660000000 + seq / 3)), IF(seq % 2 = 0, 'Validation-accuracy', 'Train-accuracy – μ'), seq / 3001 FROM seq_1_to_3000;
